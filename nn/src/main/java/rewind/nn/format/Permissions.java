package rewind.nn.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Who may do what with a file that is replaced by another.
 *
 * @param posix what a POSIX system says of the file; null where the system decides, as for a new file
 */
record Permissions(PosixFileAttributes posix) {
    /** Of a file that was not there before. */
    static final Permissions NEW = new Permissions(null);

    static Permissions of(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null ? NEW : new Permissions(view.readAttributes());
    }

    /** What a file is made with, so that at no moment anybody can read it who could not before. */
    FileAttribute<?>[] atCreation() {
        return posix == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(posix.permissions())};
    }

    /** Gives all of them to a file: the owner before the permissions, which a change of owner can reduce. */
    void give(Path file) throws IOException {
        if (posix == null) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        PosixFileAttributes made = view.readAttributes();
        try {
            if (!made.group().equals(posix.group())) {
                view.setGroup(posix.group());
            }
            if (!made.owner().equals(posix.owner())) {
                view.setOwner(posix.owner());
            }
        } catch (IOException e) {
            // a process may give files away only if it is privileged, or a member of the group
        }
        view.setPermissions(posix.permissions());
    }
}
