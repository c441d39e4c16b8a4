package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all programs have in common: their names, their help, and one line with status 2 where something is wrong. */
class CommandLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "forecast",
                "classify",
                "dummy-time",
                "text",
                "adding",
                "own-cell",
                "optimize",
                "gradient-flow",
                "long-sequences"
            })
    void everyProgramHasHelp(String name) {
        Run help = Run.of(name, "--help");
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: rewind ", "--seed=<n>", "(default: ");
        assertThat(Run.of("--help").out()).contains("  " + name.replace("dummy-time", "classify, dummy-time"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "adding --steps 1             | --steps must be 2 to 100000, got 1",
                "adding --cells LSTM,TREE     | Invalid value for option '--cells' (<cell>): expected one of [RNN, GRU, LSTM, MGU] (case-insensitive) but was 'TREE'",
                "adding --learning-rate -1    | --learning-rate must be positive, got -1.0",
                "adding --samples 0           | --samples must be positive, got 0",
                "adding --picture none/a.png  | cannot write none/a.png",
                "classify --units 0           | --units must be 1 to 10000, got 0",
                "classify --samples 9         | --samples must be at least 10, got 9",
                "classify --data none.csv     | none.csv: no such file",
                "classify --delimiter ab      | --delimiter must be one character, no quote and no line break, or tab, got 'ab'",
                "gradient-flow --csv none/a   | cannot write none/a",
                "gradient-flow --epochs 0     | --epochs must be positive, got 0",
                "long-sequences --longest 10  | --longest must be at least 1000, got 10",
                "optimize --points 4          | --points must be 5 to 100000, got 4",
                "optimize --noise NaN         | --noise must be 0 to 100, got NaN",
                "optimize --start 1           | --start must be two numbers from -10 to 10, got [1.0]",
                "own-cell --epochs x          | Invalid value for option '--epochs': 'x' is not an int",
                "text --text none.txt         | none.txt: no such file",
                "text --text src --ending .no | src: there is no file *.no",
                "text --temperatures 1,0      | --temperatures must be positive, got 0.0",
                "text --characters 100        | the text must be more than ten times as long as --steps 64, got 100 characters",
                "draw                         | Unmatched argument at index 0: 'draw'",
            })
    void whatIsWrongIsToldInOneLine(String args, String message) {
        Run run = Run.of(args.split(" ", -1));
        assertThat(run.err()).isEqualToNormalizingNewlines("rewind: " + message + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void aTrainingRunThatDivergesIsToldInOneLine() {
        Run run = Run.of("adding", "--steps", "4", "--samples", "64", "--units", "2", "--learning-rate", "1e300");
        assertThat(run.err())
                .startsWith("rewind: ")
                .endsWith("; a smaller --learning-rate may help\n")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(2);
    }
}
