/**
 * Recurrent networks: cells, layers, models, and their training.
 *
 * <pre>{@code
 * Model model = Sequential.of(gru(16), dense(1)).build(Shape.of(steps, features), seed);
 * History history = Training.of(model)
 *     .loss(meanSquaredError()).optimizer(adam(1e-3))
 *     .epochs(20).batchSize(32).validation(valid)
 *     .on(progressBar(), earlyStopping(5))
 *     .fit(train);
 * Tensor forecast = model.predict(x);
 * }</pre>
 *
 * <p>The names without a class before them are static factories, to be imported with {@code import static}: {@link rewind.nn.Layers},
 * {@link rewind.nn.Losses}, {@link rewind.nn.Optimizers}, {@link rewind.nn.Schedules}, {@link rewind.nn.Metrics} and
 * {@link rewind.nn.Listeners}.
 *
 * <p>A {@link rewind.nn.layer.Cell} is one step of a recurrent layer, a pure function of input and state; a definition of one's own becomes a layer
 * with {@link rewind.nn.Layers#recurrent recurrent}. A {@link rewind.nn.layer.Layer} is an immutable description, a {@link rewind.nn.Model} what is
 * built from it: named parameters, {@link rewind.nn.Model#forward forward} as a pure function of them, and files.
 * {@link rewind.nn.GradientChecks} checks the gradients of both.
 *
 * <p>This package is what a program imports; it stands on all others: {@code layer}, {@code feedforward}, {@code recurrent} for what models
 * are made of, {@code loss}, {@code optimize}, {@code train}, {@code train.listen} for training, {@code data}, {@code format}, {@code
 * exchange} for what comes from elsewhere.
 *
 * <p>Axes are named as follows: batch (samples), steps, features (elements per step), units; sequences are (batch, steps, features).
 */
package rewind.nn;
