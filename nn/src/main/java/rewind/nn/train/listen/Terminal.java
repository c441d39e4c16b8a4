package rewind.nn.train.listen;

import java.io.Console;

/** Whether somebody looks on. */
final class Terminal {
    private Terminal() {}

    static boolean attached() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try { // JDK 22 to 24 have a console for redirected streams too, and this method to tell
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
