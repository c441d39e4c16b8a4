module consumer {
    requires rewind.nn;
}
