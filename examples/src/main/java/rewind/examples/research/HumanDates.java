package rewind.examples.research;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.nn.data.Dataset;
import rewind.nn.data.Vocabulary;

/** Dates from 1900 on in three forms: 3. März 1998, March 3, 1998, and 3.3.1998; and as ISO writes them, 1998-03-03. */
final class HumanDates {
    /** The characters of the longest one; others have blanks behind them. */
    static final int WIDTH = 18;

    /** How many characters are written of each, with the end. */
    static final int LENGTH = 11;

    private static final String GERMAN =
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember";
    private static final String ENGLISH =
            "January February March April May June July August September October November December";
    private static final List<String> FORMS = List.of("%1$te. %2$s %1$tY", "%3$s %1$te, %1$tY", "%1$te.%4$d.%1$tY");

    static final Vocabulary HUMAN = Vocabulary.characters().of(GERMAN, ENGLISH, "0123456789.,");
    static final Vocabulary ISO = Vocabulary.characters().start("^").end("$").of("0123456789-");

    private HumanDates() {}

    private static String written(LocalDate date, int form) {
        int month = date.getMonthValue();
        String text = String.format(
                FORMS.get(form), date, GERMAN.split(" ", -1)[month - 1], ENGLISH.split(" ", -1)[month - 1], month);
        return text + " ".repeat(WIDTH - text.length());
    }

    /** Random dates; every tenth day is kept to be tested with. Beside a date stands what is read before each character of it. */
    static Dataset draw(RandomGenerator rng, int count, boolean kept) {
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        while (to.size() < count) {
            LocalDate date = LocalDate.of(1900, 1, 1).plusDays(rng.nextInt(73_000));
            if ((date.toEpochDay() % 10 == 0) == kept) {
                from.add(written(date, to.size() % FORMS.size()));
                to.add(date.toString());
            }
        }
        Dataset target = ISO.continued(to);
        Dataset dates = new Dataset(HUMAN.padded(from, target.y()).x(), target.y());
        return dates.with("before", target.x()).targetsPerStep(true);
    }
}
