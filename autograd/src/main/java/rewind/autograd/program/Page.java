package rewind.autograd.program;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import rewind.autograd.program.Term.Sum;

/** Equations as a page of HTML. */
final class Page {
    private static final String STYLE = """
            body { font-family: sans-serif; margin: 2rem; color: #222; }
            table { border-collapse: collapse; }
            td { padding: .25rem 1rem .25rem 0; vertical-align: baseline; }
            td.shape, td.steps { color: #777; font-size: 85%; white-space: nowrap; }
            tr.adjoint td { background: #f4f7fb; }
            tr:target td { background: #fff3c4; }
            math { font-size: 115%; }
            span[title]:hover { background: #e2ecf8; }
            a { text-decoration: none; color: #36c; }
            """;

    private final Notation notation = new Notation.MathMl();
    private final List<Equation> equations;
    private final Set<String> names = new HashSet<>();

    Page(List<Equation> equations) {
        this.equations = equations;
        equations.forEach(each -> names.add(each.line().left().name()));
    }

    String html(String title) {
        StringBuilder page =
                new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.append("<title>")
                .append(escaped(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n");
        page.append("</head>\n<body>\n<h1>").append(escaped(title)).append("</h1>\n<table>\n");
        Set<String> seen = new HashSet<>();
        for (Equation each : equations) {
            String name = each.line().left().name();
            String id = seen.add(name) ? " id=\"" + escaped(name) + "\"" : "";
            page.append(each.line().adjoint() ? "<tr class=\"adjoint\"" : "<tr")
                    .append(id)
                    .append("><td>");
            page.append(math(each.left(notation)))
                    .append("</td><td>")
                    .append(math("<mo>=</mo>"))
                    .append(right(each));
            page.append("</td><td class=\"shape\">").append(each.line().left().shape());
            page.append("</td><td class=\"steps\">").append(escaped(each.range()));
            page.append("</td><td>").append(link(name)).append("</td></tr>\n");
        }
        return page.append("</table>\n</body>\n</html>\n").toString();
    }

    /** The right side; each term of a sum tells its shape when the pointer is over it. */
    private String right(Equation equation) {
        Line line = equation.line();
        if (!(line.right() instanceof Sum sum) || line.left().step() == Term.NO_STEP) {
            return told(equation.right(notation), line.right());
        }
        Writer writer = new Writer(notation, line.left().step());
        StringBuilder all = new StringBuilder();
        for (Term term : sum.terms()) {
            boolean negative = Terms.isNegative(term);
            Term positive = negative ? Terms.product(-1, List.of(term), term.shape()) : term;
            String sign = negative ? "<mo>−</mo>" : all.length() == 0 ? "" : "<mo>+</mo>";
            all.append(sign.isEmpty() ? "" : math(sign)).append(told(writer.write(positive), positive));
        }
        return all.toString();
    }

    private static String told(String written, Term term) {
        return "<span title=\"" + term.shape() + "\">" + math(written) + "</span>";
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
}
