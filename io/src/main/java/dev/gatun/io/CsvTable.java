package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.util.List;

/**
 * A table of numbers with named columns. The counterpart is {@code pandas.DataFrame} before PyTorch's {@code
 * torch.from_numpy}.
 *
 * {@snippet :
 * Path file = folder.resolve("table.csv");
 * Files.writeString(file, "a,b\n1,2\n3,4\n");
 * CsvTable table = Csv.read(file);
 * System.out.println(table.columns() + " " + table.data().shape()); // [a, b] [2, 2]
 * }
 *
 * @param columns their names, from left to right
 * @param data [rows, columns]
 */
public record CsvTable(List<String> columns, Tensor data) {
    /**
     * A table.
     *
     * @throws IllegalArgumentException if there is not one name for each column
     */
    public CsvTable {
        if (data.rank() != 2 || data.size(1) != columns.size()) {
            throw new IllegalArgumentException("csvTable: a name for each column is needed: " + columns.size()
                    + " names, data " + data.describe());
        }
        columns = List.copyOf(columns);
    }

    /**
     * One column.
     *
     * @param name its name; the first of that name
     * @return [rows], a view
     * @throws IllegalArgumentException if there is none
     */
    public Tensor column(String name) {
        int place = columns.indexOf(name);
        if (place < 0) {
            throw new IllegalArgumentException(
                    "csvTable: no column '" + name + "': columns are '" + String.join("', '", columns) + "'");
        }
        return data.select(1, place);
    }
}
