/** Recurrent networks on top of Rewind autograd. */
@SuppressWarnings("requires-automatic") // XChart has no descriptor
module rewind.nn {
    requires transitive rewind.autograd;
    requires me.tongfei.progressbar;
    requires org.apache.commons.csv;
    requires com.fasterxml.jackson.core;
    requires static java.desktop;
    requires static org.knowm.xchart;

    exports rewind.nn;
    exports rewind.nn.attention;
    exports rewind.nn.convolution;
    exports rewind.nn.data;
    exports rewind.nn.distribution;
    exports rewind.nn.exchange;
    exports rewind.nn.feedforward;
    exports rewind.nn.format;
    exports rewind.nn.layer;
    exports rewind.nn.loss;
    exports rewind.nn.optimize;
    exports rewind.nn.recurrent;
    exports rewind.nn.sequence;
    exports rewind.nn.train;
    exports rewind.nn.train.listen;
    exports rewind.nn.train.shard;
}
