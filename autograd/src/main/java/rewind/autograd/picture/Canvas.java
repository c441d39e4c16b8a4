package rewind.autograd.picture;

/** Where pictures are drawn; lengths are pixels of an ordinary screen, from the upper left corner. */
interface Canvas {
    /** How wide a character is, as a part of its size. */
    double ADVANCE = 0.6;

    /** What text and lines look like. */
    enum Style {
        PLAIN,
        BOLD,
        FAINT,
        DASHED
    }

    /** What follows shows a text when the pointer is over it, until {@link #end}. */
    void begin(String title);

    void end();

    /** A rectangle with round corners; colours are 0xRRGGBB. */
    void box(double x, double y, double width, double height, double radius, int fill, int line, Style style);

    /** A line of text around a point. */
    void centered(double x, double y, double size, String text, Style style);

    /** A line of text that begins at a point. */
    void text(double x, double y, double size, String text, Style style);

    /** A line that begins and ends vertically. */
    void curve(double fromX, double fromY, double toX, double toY, Style style);

    /** A head that points downwards to a point. */
    void head(double x, double y);
}
