package rewind.autograd;

import java.util.List;
import rewind.autograd.reverse.Details;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Observer;

/** Names the adjoints of a sweep after the values that they belong to: what arrives at a value named v is named dv, at the same step of its loop. */
final class NamedAdjoints implements Observer<Tensor> {
    private final Tensor told;
    private String loop = "";
    private int step = -1;

    /** For a sweep from these cotangents, which lie where the names are heard. */
    NamedAdjoints(List<Tensor> dy) {
        this.told = dy.stream().filter(Tensor::isRecorded).findFirst().orElse(null);
    }

    @Override
    public void performed(Entry<Tensor> entry, Tensor[] operands, Tensor value) {
        entry.keep(new Details<>(List.of(), null, "", "", loop, step, null));
    }

    @Override
    public Tensor named(String name, Tensor value) {
        for (Entry<Tensor> entry : value.places) {
            if (entry.recording().observer() == this) {
                entry.keep(entry.details().named(name, loop, step));
            }
        }
        return value;
    }

    @Override
    public void atStep(String where, int number) {
        loop = where;
        step = number;
    }

    @Override
    public Tensor visited(Entry<Tensor> entry, Tensor dy) {
        Details<Tensor> details = entry.details();
        tell(details.loop(), details.step());
        return details.name() == null ? dy : dy.named("d" + details.name());
    }

    /** Says that the sweep is over. */
    void end() {
        tell("", -1);
    }

    private void tell(String where, int number) {
        if (told != null) {
            told.atStep(where, number);
        }
    }
}
