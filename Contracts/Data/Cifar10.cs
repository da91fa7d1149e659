namespace OnnxInit.Contracts.Data;

/// <summary>
/// CIFAR-10 in its binary version: 60,000 photographs of 32 x 32 RGB pixels in 10 classes, 50,000 to train on and 10,000 to test on.
/// </summary>
/// <remarks>
/// Six files of 10,000 records; a record is 1 label byte (0 to 9) and 3,072 pixel bytes: the red, the green and the blue plane, each
/// row by row. Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009; https://www.cs.toronto.edu/~kriz/cifar.html.
/// </remarks>
public static class Cifar10
{
    /// <summary>The name of the data set in reports and manifests.</summary>
    public const string Name = "cifar10";

    /// <summary>The folder inside the official archive.</summary>
    public const string FolderName = "cifar-10-batches-bin";

    /// <summary>The official archive.</summary>
    public const string ArchiveName = "cifar-10-binary.tar.gz";

    /// <summary>The number of classes.</summary>
    public const int ClassCount = 10;

    /// <summary>Images in each of the six files.</summary>
    public const int RecordsPerFile = 10_000;

    /// <summary>Reads the whole data set into memory.</summary>
    /// <param name="path">
    /// The folder <c>cifar-10-batches-bin</c>, a folder that contains it, or the archive <c>cifar-10-binary.tar.gz</c>, which is read
    /// as a stream: nothing is unpacked to the disk.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The path does not exist; files are missing, truncated or oversized (all are named at once); a label is above 9; the class list
    /// has not 10 names; the archive is no gzip-compressed tar, or is damaged.
    /// </exception>
    public static ImageDataset Load(string path) => Load(path, RecordsPerFile);

    /// <summary>As <see cref="Load(string)"/>, for files of another length.</summary>
    internal static ImageDataset Load(string path, int recordsPerFile)
    {
        Cifar10Reader reader = new(path, recordsPerFile);
        try
        {
            if (Directory.Exists(path))
            {
                Cifar10Folder.Read(path, reader);
            }
            else if (File.Exists(path))
            {
                Cifar10Archive.Read(path, reader);
            }
            else
            {
                throw new InvalidInputException(
                    $"'{path}' does not exist; expected CIFAR-10 as the folder {FolderName}, a folder that contains it, or {ArchiveName}. {Cifar10Reader.Remedy}");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"Cannot read '{path}': {exception.Message}", exception);
        }

        return reader.ToDataset();
    }
}
