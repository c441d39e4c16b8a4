package rewind.nn.layer;

/** A layer that needs samples of steps, (steps, …). Messages tell by this where steps were lost. */
public interface OverSteps extends Layer {
    /** Returns whether the output has the steps, too; otherwise there is one output for all of them. */
    boolean givesSequences();

    /** Returns the layer over steps that a layer is, under whatever name; or null if it is none. */
    static OverSteps in(Layer layer) {
        return layer instanceof NamedLayer named ? in(named.layer()) : layer instanceof OverSteps steps ? steps : null;
    }
}
