package rewind.nn.sequence;

import rewind.autograd.Tensor;

/**
 * One step of what writes a sequence: from the element before and a state to what tells the next element. The same function is trained, by {@link
 * TeacherForcing}, and used, by {@link Decoding}.
 *
 * <pre>{@code
 * Decoder<Tensor> decoder = (ids, h) -> {
 *     Tensor next = cell.step(table.gather(ids), h);
 *     return new Decoder.Step<>(next.matmul(W), next);
 * };
 * }</pre>
 *
 * @param <S> the state: a tensor (batch, …), a {@link rewind.nn.layer.State}, or a list or map of such. What belongs to single sequences, as what
 *     an encoder made of them, is part of it, so that a search may follow some sequences and leave others
 */
@FunctionalInterface
public interface Decoder<S> {
    /**
     * Does a step.
     *
     * @param previous the elements before: numbers of tokens, (batch), or values, (batch, features)
     * @param state the state before
     */
    Step<S> step(Tensor previous, S state);

    /**
     * What a step gives.
     *
     * @param output the logits of the next token, (batch, tokens), or the next values, (batch, features)
     * @param state the state after it
     */
    record Step<S>(Tensor output, S state) {}
}
