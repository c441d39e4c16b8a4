package rewind.autograd.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Reverse mode on plain numbers: what a tensor is, how it is added up, and in which memory, is not needed for it. */
class ReverseModeTest {
    /** The real line. */
    enum Reals implements Space<Double> {
        LINE;

        @Override
        public Double plus(Double x, Double y) {
            return x + y;
        }

        @Override
        public Double fit(Double dx, String operation, int operand) {
            if (dx.isNaN()) {
                throw new IllegalArgumentException(operation + ": the pullback for input " + operand + " is no number");
            }
            return dx;
        }
    }

    record Function2(String name, BinaryOperator<Double> f) implements Operation<Double> {
        @Override
        public Double apply(Double[] operands, Space<Double> space) {
            return f.apply(operands[0], operands[1]);
        }
    }

    /** A number and where it is recorded. */
    record Num(double value, Places<Double> places) {
        static Num of(double value) {
            return new Num(value, Places.none());
        }

        Num plus(Num y) {
            return performed("plus", Double::sum, y, dz -> dz, dz -> dz);
        }

        Num times(Num y) {
            return performed("times", (a, b) -> a * b, y, dz -> dz * y.value, dz -> dz * value);
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
        private Num performed(
                String name, BinaryOperator<Double> f, Num y, UnaryOperator<Double> left, UnaryOperator<Double> right) {
            double z = f.apply(value, y.value);
            Places<Double> places = Places.none();
            for (Num operand : List.of(this, y)) {
                for (Entry<Double> of : operand.places) {
                    Recording<Double> recording = of.recording();
                    recording.requireOpen(name);
                    if (recording.isRecording() && places.in(recording) == null) {
                        Entry[] operands = {this.places.in(recording), y.places.in(recording)};
                        Entry<Double> entry = recording.add(
                                new Function2(name, f), Reals.LINE, operands, new UnaryOperator[] {left, right});
                        places = places.and(entry);
                        if (recording.observer() != null) {
                            recording.observer().performed(entry, new Double[] {value, y.value}, z);
                        }
                    }
                }
            }
            return new Num(z, places);
        }
    }

    private final Recording<Double> recording = new Recording<>(false);

    private Num watch(double value) {
        return new Num(value, Places.<Double>none().and(recording.watch(Reals.LINE, null)));
    }

    private static Map<Integer, Double> gradients(Num result) {
        Map<Integer, Double> found = new LinkedHashMap<>();
        Entry<Double> last = result.places.iterator().next();
        Sweep.run(
                List.of(last),
                List.of(1.0),
                entry -> Sum.plain(entry.space()),
                (entry, dx) -> found.put(entry.index(), dx));
        return found;
    }

    @Test
    void theGradientOfAPolynomial() {
        Num x = watch(3);
        Num y = watch(5);
        Num z = x.times(x).times(y).plus(x).plus(Num.of(7)); // x²y + x + 7
        assertThat(z.value()).isEqualTo(55);
        assertThat(gradients(z)).isEqualTo(Map.of(0, 31.0, 1, 9.0));
        assertThat(gradients(x)).isEqualTo(Map.of(0, 1.0));
        assertThat(gradients(x.times(Num.of(2)))).isEqualTo(Map.of(0, 2.0)); // nothing for y
    }

    /** Programs of sums and products, each operand any earlier value, beside forward differentiation. */
    @Property(tries = 200)
    void randomPrograms(
            @ForAll List<@IntRange(max = 1_000_000) Integer> program,
            @ForAll @DoubleRange(min = -1, max = 1) double first,
            @ForAll @DoubleRange(min = -1, max = 1) double second) {
        Recording<Double> own = new Recording<>(false);
        List<Num> values = new ArrayList<>();
        values.add(new Num(first, Places.<Double>none().and(own.watch(Reals.LINE, null))));
        values.add(new Num(second, Places.<Double>none().and(own.watch(Reals.LINE, null))));
        List<double[]> tangents = new ArrayList<>(List.of(new double[] {1, 0}, new double[] {0, 1}));
        for (int step : program) {
            int a = step / 2 % values.size();
            int b = step / 1000 % values.size();
            double x = values.get(a).value();
            double y = values.get(b).value();
            boolean product = step % 2 == 0 && Math.abs(x * y) < 1e3;
            values.add(
                    product ? values.get(a).times(values.get(b)) : values.get(a).plus(values.get(b)));
            double[] dx = tangents.get(a);
            double[] dy = tangents.get(b);
            double[] dz = new double[2];
            Arrays.setAll(dz, i -> product ? dx[i] * y + x * dy[i] : dx[i] + dy[i]);
            tangents.add(dz);
        }
        Map<Integer, Double> found = gradients(values.get(values.size() - 1));
        double[] expected = tangents.get(tangents.size() - 1);
        for (int i = 0; i < 2; i++) {
            assertThat(found.getOrDefault(i, 0.0))
                    .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-9 * (1 + Math.abs(expected[i]))));
        }
    }

    @Test
    void aWatchedValueInTheMiddleHasItsGradientToo() {
        Num x = watch(3);
        Num square = x.times(x);
        Num middle = new Num(
                square.value(),
                square.places()
                        .without(recording)
                        .and(recording.watch(Reals.LINE, square.places().in(recording))));
        assertThat(gradients(middle.times(middle))).isEqualTo(Map.of(2, 18.0, 0, 108.0));
    }

    /** A derivative's recording meets another: the value has an entry in both, each with its own operands. */
    @Test
    void aValueInTwoRecordings() {
        Recording<Double> inner = new Recording<>(true);
        Num x = watch(3);
        Num v = new Num(3, x.places().and(inner.watch(Reals.LINE, null)));
        Num z = v.times(v).times(x); // to the inner recording x is a constant
        assertThat(z.places().in(inner).operand(1)).isNull();
        Map<Integer, Double> found = new LinkedHashMap<>();
        Sweep.run(
                List.of(z.places().in(inner)),
                List.of(1.0),
                e -> Sum.plain(e.space()),
                (entry, dx) -> found.put(entry.index(), dx));
        assertThat(found).isEqualTo(Map.of(0, 18.0));
        assertThat(z.places().without(inner)).hasSize(1).allMatch(entry -> entry.recording() == recording);
        assertThat(z.places().own()).isSameAs(recording);
        assertThat(v.places().meets(new Recording<>(false))).isFalse();
        assertThat(v.places().meets(inner)).isTrue();
        inner.finish();
        recording.finish();
        assertThat(v.times(v).places().isNone()).isTrue();
    }

    @Test
    void closedRecordingsAreRefused() {
        Num x = watch(3);
        assertThat(recording.close()).isTrue();
        assertThat(recording.close()).isFalse();
        assertThatThrownBy(() -> x.times(x))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("times: a value of a closed tape was used; detach() what must outlive the tape");
        assertThatThrownBy(() -> x.places().requireOpen("read")).hasMessageStartingWith("read: ");
    }

    /** An observer keeps what is needed to do everything again, on other operands, and sees every cotangent. */
    @Test
    void anObserverSeesEverything() {
        List<Entry<Double>> performed = new ArrayList<>();
        List<String> cotangents = new ArrayList<>();
        recording.observe(new Observer<>() {
            @Override
            public void performed(Entry<Double> entry, Double[] operands, Double value) {
                performed.add(entry);
                entry.keep(new Details<>(List.of(operands), value, "", "", "", "", -1, null));
            }

            @Override
            public boolean seesCotangents() {
                return true;
            }

            @Override
            public void pulledBack(Entry<Double> entry, int operand, Double dx) {
                cotangents.add(entry.name() + " " + operand + " " + dx);
            }
        });
        Num x = watch(3);
        Num z = x.times(x).plus(Num.of(4));
        gradients(z);
        assertThat(cotangents).containsExactly("plus 0 1.0", "times 0 3.0", "times 1 3.0");
        Map<Entry<Double>, Double> again = new LinkedHashMap<>(Map.of(recording.get(0), 10.0));
        for (Entry<Double> entry : performed) {
            Double[] operands = new Double[entry.arity()];
            Arrays.setAll(
                    operands,
                    i -> entry.operand(i) == null ? entry.details().operands().get(i) : again.get(entry.operand(i)));
            again.put(entry, entry.operation().apply(operands, entry.space()));
        }
        assertThat(again.get(z.places().in(recording))).isEqualTo(104);
    }

    @Test
    void aPullbackThatDoesNotFitIsNamed() {
        Num x = watch(3);
        Num z = x.performed("wrong", (a, b) -> a, x, dz -> Double.NaN, null);
        assertThatThrownBy(() -> gradients(z)).hasMessage("wrong: the pullback for input 0 is no number");
    }
}
