module example.consumer {
    requires dev.gatun.nn;
    requires jdk.httpserver;
}
