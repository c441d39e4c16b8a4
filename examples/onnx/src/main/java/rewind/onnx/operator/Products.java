package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Products of matrices. */
final class Products {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("MatMul", Operator.of(call -> call.input(0).with(matmul(call.tensor(0), call.tensor(1))))),
            entry("Gemm", Operator.of(Products::gemm)),
            entry("Einsum", Operator.of(Products::einsum)),
            entry("Det", Operator.of(Products::determinant)));

    private Products() {}

    /** A vector is a row on the left and a column on the right. */
    static Tensor matmul(Tensor x, Tensor y) {
        Check.that(x.rank() > 0 && y.rank() > 0, "operands must have axes, got %s and %s", x.shape(), y.shape());
        Tensor left = x.rank() == 1 ? x.expandDims(0) : x;
        Tensor right = y.rank() == 1 ? y.expandDims(1) : y;
        Tensor z = left.matmul(right);
        Tensor rows = x.rank() == 1 ? z.squeeze(z.rank() - 2) : z;
        return y.rank() == 1 ? rows.squeeze(rows.rank() - 1) : rows;
    }

    /** α A·B + β C. */
    private static Value gemm(Call call) {
        Tensor a = call.flag("transA", false) ? call.tensor(0).transpose() : call.tensor(0);
        Tensor b = call.flag("transB", false) ? call.tensor(1).transpose() : call.tensor(1);
        double alpha = call.number("alpha", 1);
        double beta = call.number("beta", 1);
        Tensor product = a.matmul(b);
        Tensor y = alpha == 1 ? product : product.mul(alpha);
        if (!call.has(2) || beta == 0) {
            return call.input(0).with(y);
        }
        return call.input(0)
                .with(y.add(beta == 1 ? call.tensor(2) : call.tensor(2).mul(beta)));
    }

    /** Sums of products in the notation of Einstein. */
    private static Value einsum(Call call) {
        String equation = call.text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        List<String> terms = List.of((arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1));
        List<Value> in = call.inputs();
        Check.that(terms.size() == in.size(), "there must be one term per input in %s", equation);
        List<String> written = new ArrayList<>();
        int dots = 0;
        for (int i = 0; i < in.size(); i++) {
            int letters = terms.get(i).replace("...", "").length();
            dots = Math.max(
                    dots, terms.get(i).contains("...") ? in.get(i).tensor().rank() - letters : 0);
        }
        for (int i = 0; i < in.size(); i++) {
            int letters = terms.get(i).replace("...", "").length();
            int own = Math.max(0, in.get(i).tensor().rank() - letters);
            written.add(terms.get(i).replace("...", digits(dots - Math.min(dots, own), dots)));
        }
        String result = arrow < 0
                ? digits(0, dots) + once(written)
                : equation.substring(arrow + 2).replace("...", digits(0, dots));
        return call.input(0).with(Sums.of(in.stream().map(Value::tensor).toList(), written, result));
    }

    /** Names for the axes that dots stand for. */
    private static String digits(int from, int to) {
        StringBuilder digits = new StringBuilder();
        for (int i = from; i < to; i++) {
            digits.append((char) ('0' + i));
        }
        return digits.toString();
    }

    /** The letters that occur once, in their order. */
    private static String once(List<String> terms) {
        String all = String.join("", terms);
        StringBuilder once = new StringBuilder();
        all.chars()
                .filter(Character::isLetter)
                .sorted()
                .filter(c -> all.indexOf(c) == all.lastIndexOf(c))
                .forEach(c -> once.append((char) c));
        return once.toString();
    }

    /** The determinant, by the expansion along the first row; matrices are small where this operator is used. */
    private static Value determinant(Call call) {
        Tensor x = call.tensor(0);
        Check.that(
                x.rank() >= 2 && x.size(-1) == x.size(-2) && x.size(-1) <= 6 && x.size(-1) > 0,
                "matrices must be square with at most 6 rows, got the shape %s",
                x.shape());
        return call.input(0).with(determinant(x));
    }

    private static Tensor determinant(Tensor x) {
        int n = x.size(-1);
        Tensor first = x.select(-2, 0);
        if (n == 1) {
            return first.select(-1, 0);
        }
        Tensor rest = x.slice(-2, 1, n);
        Tensor sum = null;
        for (int k = 0; k < n; k++) {
            Tensor minor = Tensor.concat(-1, rest.slice(-1, 0, k), rest.slice(-1, k + 1, n));
            Tensor term = first.select(-1, k).mul(determinant(minor));
            sum = sum == null ? term : k % 2 == 0 ? sum.add(term) : sum.sub(term);
        }
        return sum;
    }
}
