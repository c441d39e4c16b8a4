package rewind.autograd.check;

import static rewind.autograd.check.Setup.require;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/** The opinions on one gradient: reverse mode, a derivation, differences or an oracle; and the verdict. */
final class Examination {
    static final String REVERSE = "reverse mode";
    static final String DERIVATION = "derivation";

    private final Setup setup;
    private final RandomGenerator rng;

    Examination(Setup setup) {
        this.setup = setup;
        this.rng = new Well19937c(setup.seed);
    }

    Outcome outcome() {
        if (setup.properties) {
            Optional<String> failure = new FreeProperties(
                            setup::result, setup.inputs, setup.name, setup.names::of, new Well19937c(setup.seed))
                    .failure();
            if (failure.isPresent()) {
                return new Outcome(Verdict.FAIL, failure.get());
            }
        }
        Contraction s = Contraction.of(in -> List.of(setup.result(in)), setup.inputs, rng);
        require(s.isPure(), "%s must give the same result every time for the same inputs", setup.name);
        Outcome outcome = new Order(s, 1).outcome();
        for (int order = 2; order <= setup.order && outcome.passed(); order++) {
            s = s.derivative(rng);
            outcome = new Order(s, order).outcome();
        }
        return outcome;
    }

    /** The comparison of the derivatives of one order. */
    private final class Order {
        private final Contraction s;
        private final boolean first;
        private final double tolerance;
        private final double usual;
        private final Report report;

        Order(Contraction s, int order) {
            this.s = s;
            this.first = order == 1;
            this.usual = s.epsilon() > DType.FLOAT64.epsilon() ? 1e-3 : 1e-6;
            this.tolerance = setup.tolerance.orElse(usual);
            String kind = first ? "" : order == 2 ? " (second order)" : " (order " + order + ")";
            this.report = new Report(
                    "gradient check" + kind + ": " + setup.name, setup.names, setup.subject, tolerance, setup.seed, s);
        }

        Outcome outcome() {
            Optional<String> notFinite = report.notFinite();
            if (notFinite.isPresent()) {
                return new Outcome(Verdict.FAIL, notFinite.get());
            }
            List<Tensor> gradient = s.gradient();
            if (!first || setup.derivation.isEmpty()) {
                return judged(reference(gradient, tolerance), gradient, List.of());
            }
            List<Tensor> given = setup.derivation.get().gradients(setup.name, s);
            List<Findings> differing = new Comparison(s, gradient, tolerance, rng).with(given, DERIVATION);
            if (worst(differing) != Verdict.PASS) {
                return !setup.explained ? new Outcome(Verdict.FAIL, "") : disagreement(differing, gradient, given);
            }
            List<Findings> both = reference(gradient, Math.max(tolerance, usual)).stream()
                    .map(Order::certain)
                    .toList();
            return judged(both, gradient, List.of("the derivation agrees with reverse mode"));
        }

        /** Failures at finite derivatives: what both opinions hold is not shaken by less. */
        private static Findings certain(Findings findings) {
            return new Findings(
                    findings.differing().stream()
                            .filter(each -> each.verdict() == Verdict.FAIL && Double.isFinite(each.reverse()))
                            .toList(),
                    findings.compared());
        }

        /** What the oracle, or if there is none differences, do not confirm. */
        private List<Findings> reference(List<Tensor> gradient, double allowed) {
            Comparison comparison = new Comparison(s, gradient, allowed, rng);
            return first && setup.oracle.isPresent()
                    ? comparison.with(exact(), setup.oracle.get().name())
                    : comparison.withDifferences(setup.explained || setup.derivation.isPresent());
        }

        /** The oracle's gradient, in the shapes of the inputs. */
        private List<Tensor> exact() {
            require(
                    s.results().get(0).size() == 1,
                    "%s must have one element as its result for the oracle, got the shape %s",
                    setup.name,
                    s.results().get(0).shape());
            double[] x = Tensor.concat(
                            0,
                            s.at().stream()
                                    .map(each -> each.to(DType.FLOAT64).reshape(-1))
                                    .toList())
                    .toArray();
            Tensor gradient = Tensor.of(setup.oracle.get().gradient().apply(x));
            List<Tensor> parts = new ArrayList<>();
            int from = 0;
            for (Tensor each : s.at()) {
                parts.add(gradient.slice(0, from, from + each.size())
                        .reshape(each.shape().toArray()));
                from += each.size();
            }
            return parts;
        }

        private Outcome judged(List<Findings> all, List<Tensor> gradient, List<String> remarks) {
            Verdict verdict = worst(all);
            if (verdict == Verdict.PASS) {
                return Outcome.PASSED;
            }
            require(
                    s.isSame(gradient, s.gradient()),
                    "%s must have the same gradient every time for the same inputs",
                    setup.name);
            if (!setup.explained) {
                return new Outcome(verdict, "");
            }
            List<Findings> findings = all.stream()
                    .map(each -> each.verdict() == verdict ? each.gravest() : Findings.NONE)
                    .toList();
            int input = firstOf(findings);
            List<String> lines = new ArrayList<>(List.of(report.of(input, findings)));
            lines.addAll(remarks);
            lines.addAll(setup.subject.equals(REVERSE) ? rules(verdict) : compared(input, gradient, verdict));
            return new Outcome(verdict, String.join(Report.NEW_LINE, lines));
        }

        /** Which rules of the recorded operations are to blame. */
        private List<String> rules(Verdict verdict) {
            if (verdict == Verdict.INCONCLUSIVE) {
                return List.of();
            }
            Function<List<Tensor>, Tensor> f = first ? setup::result : s::sum;
            List<String> lines = new LocalRules(f, s.at(), usual, setup.seed).lines(verdict);
            return lines.isEmpty() && verdict == Verdict.FAIL
                    ? List.of(Unrecorded.find(f, s.at(), new Well19937c(setup.seed))
                            .orElse("every recorded rule is right by itself: a part of the function is not recorded"))
                    : lines;
        }

        /** A derivation beside differences. */
        private List<String> compared(int input, List<Tensor> gradient, Verdict verdict) {
            Tensor given = gradient.get(input);
            if (verdict != Verdict.FAIL || given.size() > GradientCheck.LARGE) {
                return List.of();
            }
            Comparison comparison = new Comparison(s, gradient, usual, rng);
            double[] right = IntStream.range(0, given.size())
                    .mapToDouble(i -> comparison.difference(input, i).value())
                    .toArray();
            return described(setup.subject, given, Reference.DIFFERENCE, Tensor.of(given.shape(), right));
        }

        /** Reverse mode and the derivation differ: who is right? */
        private Outcome disagreement(List<Findings> findings, List<Tensor> gradient, List<Tensor> given) {
            int input = firstOf(findings);
            Finding worst = findings.get(input).worst();
            Comparison comparison = new Comparison(s, gradient, usual, rng);
            Reference third = first && setup.oracle.isPresent()
                    ? Reference.given(
                            setup.oracle.get().name(), exact().get(input).toArray()[worst.position()], 0)
                    : comparison.difference(input, worst.position());
            boolean reverse = comparison.confirms(third, worst.reverse());
            boolean derived = comparison.confirms(third, worst.reference().value());
            String judgement = reverse == derived
                    ? reverse ? "it cannot tell which is wrong" : "both are wrong"
                    : reverse ? "the derivation is wrong" : "reverse mode is wrong";
            List<String> lines = new ArrayList<>(List.of(report.of(input, findings), third + ": " + judgement));
            if (reverse && !derived) {
                lines.addAll(mistakes(findings, gradient, given));
            } else if (!reverse) {
                lines.addAll(rules(Verdict.FAIL));
            }
            lines.addAll(setup.grounds(input));
            return new Outcome(Verdict.FAIL, String.join(Report.NEW_LINE, lines));
        }

        /** What kind of mistake the derivation has: that of the first gradient; and of all, if that does not explain them. */
        private List<String> mistakes(List<Findings> findings, List<Tensor> gradient, List<Tensor> given) {
            int input = firstOf(findings);
            List<String> lines = described(DERIVATION, given.get(input), REVERSE, gradient.get(input));
            List<Integer> wrong = IntStream.range(0, given.size())
                    .filter(i -> !findings.get(i).isEmpty())
                    .boxed()
                    .toList();
            Optional<String> common = pattern(given.get(input), gradient.get(input));
            boolean explained = common.isPresent()
                    && wrong.stream()
                            .allMatch(
                                    i -> pattern(given.get(i), gradient.get(i)).equals(common));
            if (!explained) {
                Tensor dy = s.cotangents().get(0);
                new Suspects(Trace.of(setup::result, s.at()), dy, s.inCotangents(given))
                        .find()
                        .ifPresent(lines::add);
            }
            return lines;
        }

        private Optional<String> pattern(Tensor wrong, Tensor right) {
            Map<String, Shape> sizes = new LinkedHashMap<>();
            for (int i = 0; i < s.at().size(); i++) {
                sizes.put(setup.names.of(i), s.at().get(i).shape());
            }
            if (first) {
                sizes.put("the result", s.results().get(0).shape());
            }
            return new Pattern(
                            Jacobian.ofGradient(wrong),
                            Jacobian.ofGradient(right),
                            sizes,
                            Pattern.precision(wrong.dtype()))
                    .find();
        }

        private List<String> described(String of, Tensor wrong, String by, Tensor right) {
            List<String> lines = new ArrayList<>();
            pattern(wrong, right).ifPresent(text -> lines.add("this looks like " + text));
            if (wrong.size() > 1) {
                lines.addAll(Picture.ofGradients(
                                of,
                                wrong.toArray(),
                                by,
                                right.toArray(),
                                wrong.shape(),
                                Pattern.precision(wrong.dtype()))
                        .lines());
            }
            return lines;
        }
    }

    private static Verdict worst(List<Findings> findings) {
        return findings.stream().map(Findings::verdict).reduce(Verdict.PASS, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    private static int firstOf(List<Findings> findings) {
        return IntStream.range(0, findings.size())
                .filter(input -> !findings.get(input).isEmpty())
                .findFirst()
                .orElseThrow();
    }
}
