package rewind.autograd.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;

/** What a script does not note any more. Everything else is seen of replays. */
class ScriptTest {
    @Example
    void asManyActionsAsTakeMuchOfTheHeap() {
        Script script = new Script(2);
        Buffer x = new Buffer(new double[1], 0, new int[] {1}, 1, null, null);
        for (int action = 1; action <= 4; action++) {
            script.note(() -> {}, x);
            assertThat(script.size()).isEqualTo(action <= 2 ? action : 0);
            assertThat(script.refusal())
                    .isEqualTo(action <= 2 ? "" : "it consists of more than 2 actions, which take much of the heap");
        }
    }
}
