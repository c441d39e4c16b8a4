package rewind.autograd.program;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.algebra.Notation;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Call;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.Pile;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Term.Total;
import rewind.autograd.algebra.Terms;
import rewind.autograd.program.Equation.Line;

/** Equations as a page of HTML. */
final class Page {
    private static final String STYLE = """
            body { font-family: sans-serif; margin: 2rem; color: #222; }
            table { border-collapse: collapse; }
            td { padding: .25rem 1rem .25rem 0; vertical-align: baseline; }
            td.shape, td.steps { color: #777; font-size: 85%; white-space: nowrap; }
            tr.adjoint td { background: #f4f7fb; }
            tr.between td { height: 1.2rem; }
            mi[mathvariant=italic] { font-style: italic; }
            tr:target td { background: #fff3c4; }
            math { font-size: 115%; }
            span[title]:hover { background: #e2ecf8; }
            a { text-decoration: none; color: #36c; }
            """;

    private final Notation notation = new Notation.MathMl();
    private final List<Equation> equations;
    private final Sites sites;
    private final Set<String> names = new HashSet<>();

    Page(List<Equation> equations, Sites sites) {
        this.equations = equations;
        this.sites = sites;
        equations.forEach(each -> names.add(each.line().left().name()));
    }

    String html(String title) {
        StringBuilder page =
                new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        page.append("<title>")
                .append(escaped(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n");
        page.append("</head>\n<body>\n<h1>").append(escaped(title)).append("</h1>\n<table>\n");
        Set<String> seen = new HashSet<>();
        boolean backward = false;
        for (Equation each : equations) {
            if (each.line().adjoint() && !backward && !seen.isEmpty()) {
                page.append("<tr class=\"between\"><td></td></tr>\n");
            }
            backward = each.line().adjoint();
            String name = each.line().left().name();
            String id = seen.add(name) ? " id=\"" + escaped(name) + "\"" : "";
            page.append(each.line().adjoint() ? "<tr class=\"adjoint\"" : "<tr")
                    .append(id)
                    .append("><td>");
            page.append(math(each.left(notation)))
                    .append("</td><td>")
                    .append(math(each.isDrawn() ? "<mo>~</mo>" : "<mo>=</mo>"))
                    .append(' ')
                    .append(right(each));
            page.append("</td><td class=\"shape\">").append(each.line().left().shape());
            page.append("</td><td class=\"steps\">").append(escaped(each.range()));
            page.append("</td><td>").append(link(name)).append("</td></tr>\n");
        }
        return page.append("</table>\n</body>\n</html>\n").toString();
    }

    /** The right side; each term of a sum tells what it is when the pointer is over it. */
    private String right(Equation equation) {
        Line line = equation.line();
        String name = line.left().name();
        if (!(line.right() instanceof Sum sum) || line.at() == Term.NO_STEP) {
            return told(equation.right(notation), line.right(), name);
        }
        Writer writer = equation.writer(notation);
        StringBuilder all = new StringBuilder();
        for (Term term : sum.terms()) {
            boolean negative = Terms.isNegative(term);
            Term positive = negative ? Terms.product(-1, List.of(term), term.shape()) : term;
            String sign = negative ? "<mo>−</mo>" : all.length() == 0 ? "" : "<mo>+</mo>";
            all.append(sign.isEmpty() ? "" : ' ' + math(sign) + ' ').append(told(writer.write(positive), term, name));
        }
        return all.toString();
    }

    private String told(String written, Term term, String defined) {
        String site = sites.of(term, defined);
        String title = term.shape() + ", " + flops(term) + " flops" + (site.isEmpty() ? "" : "\n" + site);
        return "<span title=\"" + escaped(title) + "\">" + math(written) + "</span>";
    }

    /** The floating-point operations of a term as it is written; 2·m·k·n for each product of matrices. */
    private static long flops(Term term) {
        long flops = 0;
        for (Term operand : term.operands()) {
            flops += flops(operand);
        }
        long size = term.shape().size();
        if (term instanceof Sum sum) {
            return flops + (sum.terms().size() - 1) * size;
        }
        if (term instanceof Product product) {
            return flops + (product.factors().size() - (Math.abs(product.factor()) == 1 ? 1 : 0)) * size;
        }
        if (term instanceof Matmul product) {
            return flops + 2 * size * product.left().shape().size(product.ta() ? -2 : -1);
        }
        if (term instanceof Total total) {
            return flops + total.of().shape().size();
        }
        return term instanceof Call ? flops + size : flops;
    }

    private static String math(String written) {
        return "<math><mrow>" + written + "</mrow></math>";
    }

    private String link(String name) {
        int at = name.lastIndexOf('/') + 1;
        String adjoint = Naming.adjointOf(name);
        if (names.contains(adjoint)) {
            return "<a href=\"#" + escaped(adjoint) + "\">adjoint</a>";
        }
        String value = name.startsWith("d", at) ? name.substring(0, at) + name.substring(at + 1) : "";
        return names.contains(value) ? "<a href=\"#" + escaped(value) + "\">value</a>" : "";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Which lines of a user's program called the operations that became terms. */
    static final class Sites {
        private final Map<Term, String> byTerm = new IdentityHashMap<>();
        private final Map<String, String> byName = new HashMap<>();

        /** Notes an operation; what it gives may be put together from terms that are new as well. */
        void note(Term term, String site) {
            if (term.operands().isEmpty()) {
                return;
            }
            byTerm.putIfAbsent(term, site);
            if (term instanceof Sum || term instanceof Pile) {
                term.operands().forEach(each -> byTerm.putIfAbsent(each, site));
            }
        }

        void note(String name, String site) {
            byName.putIfAbsent(name, site);
        }

        /** The line of a term of an equation: of its last operation that is known, else that of the value which the equation defines. */
        String of(Term term, String defined) {
            String found = of(term);
            return found != null ? found : byName.getOrDefault(defined, "");
        }

        private String of(Term term) {
            String site = term instanceof Symbol ? null : byTerm.get(term);
            if (site != null) {
                return site;
            }
            for (Term operand : term.operands()) {
                String inner = of(operand);
                if (inner != null) {
                    return inner;
                }
            }
            return null;
        }
    }
}
