/** Recurrent networks on top of Rewind autograd. */
module rewind.nn {
    requires transitive rewind.autograd;
    requires me.tongfei.progressbar;
    requires com.fasterxml.jackson.core;
    requires org.apache.commons.csv;

    exports rewind.nn;
    exports rewind.nn.data;
    exports rewind.nn.format;
}
