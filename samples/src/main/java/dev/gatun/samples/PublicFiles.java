package dev.gatun.samples;

import dev.gatun.nn.data.PublicFile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The public files that samples read, besides MNIST's, which the library itself knows. */
final class PublicFiles {
    /** The data of "Deep Learning with PyTorch" (Stevens, Antiga, Viehmann), as they were published with it. */
    private static final String BOOK = "https://raw.githubusercontent.com/deep-learning-with-pytorch/dlwpt-code/"
            + "d6c0210143daa133bbdeddaffc8993b1e17b5174/data/p1ch4/";

    private static final String UCI = "https://archive.ics.uci.edu/ml/machine-learning-databases/";

    /** 4,898 wines, 12 columns behind semicolons (Cortez et al. 2009). */
    static final PublicFile WINE = file(
            "tabular",
            "winequality-white.csv",
            "5d9ff0f7f716dace19e3ab4578775fd7",
            UCI + "wine-quality/winequality-white.csv",
            BOOK + "tabular-wine/winequality-white.csv");

    /** 17,520 hours of bike sharing, 17 columns, gaps filled (Fanaee-T and Gama 2013). */
    static final PublicFile BIKES = file(
            "tabular",
            "hour-fixed.csv",
            "7e635fc1dbf8828fc60231f1c8ed8a6d",
            BOOK + "bike-sharing-dataset/hour-fixed.csv");

    /** Pride and Prejudice, Project Gutenberg's number 1342, UTF-8. */
    static final PublicFile TEXT =
            file("text", "1342-0.txt", "5f90751528addaf3a9c22e8ded1af37d", BOOK + "jane-austen/1342-0.txt");

    /** A dog, 1280 by 720 pixels. */
    static final PublicFile DOG =
            file("images", "dog.jpg", "ee7f5ed002f40e0be71f1caffa985d22", BOOK + "image-dog/bobby.jpg");

    /** Three cats, 256 by 256 pixels each. */
    static final List<PublicFile> CATS = List.of(
            cat(1, "7f11b6e8dc44599f4855c1b6476a868e"),
            cat(2, "5ae482db8bb195825efd950eb00569b0"),
            cat(3, "c1232c6bc14f44769a18089227e28d8c"));

    /** 16 slices of a computed tomography, 512 by 512 (The Cancer Imaging Archive). */
    static final List<PublicFile> VOLUME = slices(
            40,
            "35f2e30a84c530bc5fbe2075da2e1708",
            "bcd4a7c52f3fde777b83978ec0b24d19",
            "3df29839ebc41d20e58fca42a9587016",
            "a8801a1060dc7ad0b163f27b72eaa5ab",
            "fd74666d5d76eb0463046dc036fe7886",
            "f1a3c2d82bcf12be9eab4df4c07258ca",
            "28dbf278040536ef4f7034b9f390ab04",
            "3656e2e9fe461cd38f262fe316c38184",
            "8be897942399f28d70975c9d739b230f",
            "5cfe165814b553532bcb3bb57ad2e862",
            "8f6c29582146f3025465128da99859bc",
            "79593ba0eed74a270a26fec353eac9e8",
            "8456f78c70f81ee6d4432a2f06d41c63",
            "2d4236eb1cfdaf6838eed9427eb4b712",
            "479f43db364ca331eec94eccf34a1059",
            "167999e5c4b52218884fff5500f16e69");

    private PublicFiles() {}

    private static PublicFile file(String folder, String name, String md5, String... addresses) {
        return new PublicFile(
                folder,
                name,
                List.of(md5),
                Stream.of(addresses).map(URI::create).toList());
    }

    private static PublicFile cat(int number, String md5) {
        String name = "cat" + number + ".png";
        return file("images", name, md5, BOOK + "image-cats/" + name);
    }

    private static List<PublicFile> slices(int first, String... md5) {
        List<PublicFile> slices = new ArrayList<>();
        for (int i = 0; i < md5.length; i++) {
            String name = "%06d.dcm".formatted(first + i);
            slices.add(file("volume", name, md5[i], BOOK + "volumetric-dicom/2-LUNG%203.0%20%20B70f-04083/" + name));
        }
        return slices;
    }
}
