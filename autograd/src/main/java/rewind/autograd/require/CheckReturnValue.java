package rewind.autograd.require;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a call whose result is not used is a mistake: {@code x.add(1);} changes nothing, as values are immutable. Error Prone and
 * SpotBugs heed any annotation of this name, and IntelliJ IDEA one that is listed in its inspection "Result of method call ignored".
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface CheckReturnValue {}
