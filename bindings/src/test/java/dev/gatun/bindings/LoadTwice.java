package dev.gatun.bindings;

/** The process that LibrariesTest starts: loads all, twice, and prints how each attempt ended. */
final class LoadTwice {

    private LoadTwice() {}

    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) {
            try {
                Libraries.loadBlas();
                System.out.println("loaded");
            } catch (LibraryException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
