/** What one reads and looks at while training, on other libraries: plots. */
@SuppressWarnings("requires-automatic") // it names itself in its manifest
module dev.gatun.io {
    requires transitive dev.gatun.nn;
    requires java.desktop;
    requires org.knowm.xchart;
    requires static transitive org.jspecify;

    exports dev.gatun.io;
}
