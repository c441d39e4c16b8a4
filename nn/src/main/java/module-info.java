/** Recurrent networks on top of Rewind autograd. */
module rewind.nn {
    requires transitive rewind.autograd;
    requires me.tongfei.progressbar;

    exports rewind.nn;
}
