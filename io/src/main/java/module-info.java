/** What one reads and looks at while training, on other libraries: tables, images, volumes, text, plots, event files. */
@SuppressWarnings("requires-automatic") // it names itself in its manifest
module dev.gatun.io {
    requires transitive dev.gatun.nn;
    requires java.desktop;
    requires de.siegmar.fastcsv;
    requires me.tongfei.progressbar;
    requires org.knowm.xchart;
    requires static transitive org.jspecify;

    exports dev.gatun.io;
}
