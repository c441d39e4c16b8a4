/**
 * Checking derivatives: reverse mode against central differences or against a derivation. Start with
 * {@link GradientCheck}; this page says how it judges.
 *
 * <p><b>Result.</b> f may have a result of any shape. It is contracted with a random cotangent w of the same shape to s = Σ w ⊙ f,
 * and what is compared is ∂s/∂x; |w| lies between ½ and 1½, so that no element of the result escapes. Of a result with one element
 * the derivative itself is compared: its cotangent is 2, by which both sides are divided again.
 *
 * <p><b>Differences.</b> D(h) = (s(x + h) − s(x − h)) / 2h and R(h) = (4 D(h/2) − D(h)) / 3 (Richardson), with h = η max(1, |x|) for every
 * element x; divisors are the steps that were made after rounding. The error of R(h) is taken to be
 *
 * <pre>u = |D(h/2) − D(h)| / 3 + max(24 ε F / h, 8 ε^(2/3) F / max(1, |x|)),   F = Σ |w| max(1, |f|) over the terms that the step changes</pre>
 *
 * The first term is the error of D(h/2), which exceeds that of R; the second one is the rounding noise of s, since small values are often
 * differences of numbers near 1, and that of a gradient which is zero but for rounding. η goes through ε^(1/5), ε^(4/15), …, ε^(7/15)
 * until R agrees with the gradient g to the tolerance, the first term being below a thousandth. If that never happens, u grows by how much
 * the R of the two next smaller steps differ, and the R of the smallest u counts. Then g agrees if
 * |g − R| ≤ tolerance · max(|g|, |R|) + u. An R for which nothing changed in f, although something did with a larger step, does not
 * count: the change was rounded away.
 *
 * <p><b>Doubt.</b> Before g is called wrong, η goes on to ε^(12/15), as long as noise leaves a tenth of the disagreement to be seen: a
 * function may be smooth on a finer scale than the usual steps. It is inconclusive, and not wrong, if no step was small enough, that
 * is if R did not settle (u &gt; |R| / 10) while |g| h is more than a sixteenth of the largest change of s that was seen; or if
 * |g − R| is within what u becomes when it grows by twice the scatter of R(h) for steps up to an eighth longer or shorter and by
 * 24 ε V / h, V being the largest value on the way from the inputs to s, whose rounding is larger than that of s.
 *
 * <p><b>Verdicts.</b> {@link Verdict#FAIL} is a derivative that does not agree; {@link Verdict#KINK} one where the slopes to both sides
 * differ and g lies between them, as for relu at 0; {@link Verdict#INCONCLUSIVE} one that agrees with an R that tells nothing, u being a
 * tenth of the largest derivative and more than 100 √ε F, or that is in doubt. Each of them makes {@link GradientCheck#verify} throw.
 *
 * <p><b>Large inputs.</b> An input of n &gt; {@value GradientCheck#LARGE} elements is first compared along
 * {@value GradientCheck#DIRECTIONS} random directions v with ½ ≤ |v| ≤ 1½, scaled by max(1, |x|): ⟨g, v⟩ against the difference along v,
 * by the formula above with max(|⟨g, v⟩|, |R|, √Σ(g v)²) for the maximum. A single wrong element is noticed if its error is at least some
 * 2 tolerance √n times as large as the gradient's elements are on average. Where a direction disagrees, halving leads to at most
 * {@value GradientCheck#LARGE} elements, the worst of which is reported.
 *
 * <p><b>Derivations.</b> A derivative d agrees with g if |g − d| ≤ tolerance · max(|g|, |d|) + 64 ε max(F, ‖g‖∞), F over all
 * terms: what cancels to zero in one formula need not do so in the other. If they agree, differences must not contradict both; if not,
 * they tell which is wrong. An oracle, for functions with one element as their result, takes the place of differences: it is as exact as
 * a derivation.
 *
 * <p><b>Precision.</b> ε is that of the dtype, the coarsest one if inputs and result differ in it. A small change may be rounded away: F
 * is at least a part of the sum over all terms, 1/1024, and for FLOAT32 an eighth; there noise is 7e-5 F. So only the coarse errors are
 * seen: a sign, a factor, a transpose. Check a function in FLOAT64 where it can be had.
 */
package rewind.autograd.check;
