package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;

/** The table of a model, letter by letter. */
class SummaryTest {
    @Test
    void aTableOfLayersAndParameters() {
        Layer gated = (scope, input) -> x -> scope.apply("gate", dense(8, "sigmoid"), x)
                .mul(x)
                .mul(scope.parameter("scale", Initializers.constant(1), 8));
        Model model = Sequential.of(
                        lstm(16).sequences(true),
                        dropout(0.2),
                        Sequential.of(gru(4).sequences(true).bidirectional(), layerNormalization()),
                        gated.named("gated"),
                        flatten(),
                        dense(100))
                .build(Shape.of(12, 3), 1, DType.FLOAT32);
        model.freeze("lstm");
        model.freeze("dense/b");
        Summary summary = model.summary();

        assertThat(summary.toString().lines())
                .containsExactly(
                        "layer                          output    parameter                            shape        count",
                        "lstm                           [12, 16]  lstm/U                               [4, 3, 16]     192"
                                + "  frozen",
                        "                                         lstm/V                               [4, 16, 16]  1,024"
                                + "  frozen",
                        "                                         lstm/b                               [4, 1, 16]      64"
                                + "  frozen",
                        "dropout                        [12, 16]",
                        "sequential/gru                 [12, 8]   sequential/gru/forward/U             [3, 16, 4]     192",
                        "                                         sequential/gru/forward/V             [3, 4, 4]       48",
                        "                                         sequential/gru/forward/b             [3, 1, 4]       12",
                        "                                         sequential/gru/backward/U            [3, 16, 4]     192",
                        "                                         sequential/gru/backward/V            [3, 4, 4]       48",
                        "                                         sequential/gru/backward/b            [3, 1, 4]       12",
                        "sequential/layerNormalization  [12, 8]   sequential/layerNormalization/gain   [1, 8]           8",
                        "                                         sequential/layerNormalization/shift  [1, 8]           8",
                        "gated/gate                     [12, 8]   gated/gate/U                         [8, 8]          64",
                        "                                         gated/gate/b                         [1, 8]           8",
                        "gated                          [12, 8]   gated/scale                          [8]              8",
                        "flatten                        [96]",
                        "dense                          [100]     dense/U                              [96, 100]    9,600",
                        "                                         dense/b                              [1, 100]       100"
                                + "  frozen",
                        "11,580 parameters of type FLOAT32: 10,200 trainable, 1,380 frozen");
        assertThat(summary.total()).isEqualTo(model.parameters().count());
        assertThat(summary.frozen()).isEqualTo(192 + 1024 + 64 + 100);
        assertThat(summary.trainable()).isEqualTo(summary.total() - summary.frozen());
    }

    @Test
    void aModelOfOneLayer() {
        assertThat(Model.build(dense(2), Shape.of(3), 1).summary().toString().lines())
                .containsExactly(
                        "layer  output  parameter  shape   count",
                        "dense  [2]     U          [3, 2]      6",
                        "               b          [1, 2]      2",
                        "8 parameters of type FLOAT64: 8 trainable, 0 frozen");
        assertThat(Sequential.of().build(Shape.of(3), 1).summary().toString().lines())
                .containsExactly(
                        "layer       output  parameter  shape  count",
                        "sequential  [3]",
                        "0 parameters of type FLOAT64: 0 trainable, 0 frozen");
    }

    /** A layer at two places is there once. */
    @Test
    void sharedParametersCountOnce() {
        Layer twice = (scope, input) -> x -> scope.apply("shared", dense(3), scope.apply("shared", dense(3), x));
        Summary summary = Model.build(twice, Shape.of(3), 1).summary();
        assertThat(summary.total()).isEqualTo(12);
        assertThat(summary.layers()).extracting(Summary.Line::name).containsExactly("shared");
    }

    @Test
    void theSameInEveryLanguage() {
        Model model = Sequential.of(dense(2000)).build(Shape.of(1), 1);
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(model.summary().toString()).contains("2,000").contains("4,000 parameters");
        } finally {
            Locale.setDefault(before);
        }
    }
}
