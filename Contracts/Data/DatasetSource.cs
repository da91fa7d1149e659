using System.Globalization;

namespace OnnxInit.Contracts.Data;

/// <summary>What a person means by <c>--data</c>.</summary>
public static class DatasetSource
{
    /// <summary>One test image for so many training images, when a training count is given.</summary>
    private const int TrainPerTest = 5;

    private const string Expected =
        "Expected 'synthetic', 'synthetic:TRAIN' (a number of training images), 'synthetic:TRAIN:SEED', 'cifar10' (after 'onnxinit data fetch'), "
        + $"or the path of the folder {Cifar10.FolderName}, of a folder that contains it, or of {Cifar10.ArchiveName}.";

    /// <summary>Opens a data set by name or path.</summary>
    /// <param name="text">
    /// <c>synthetic</c>, <c>synthetic:TRAIN</c>, <c>synthetic:TRAIN:SEED</c> (TRAIN / 5 test images), <c>cifar10</c> (the archive that
    /// <see cref="Cifar10Download"/> keeps), or a path as <see cref="Cifar10.Load(string)"/> takes it. A folder that is called as one
    /// of the names is written <c>./synthetic</c>.
    /// </param>
    /// <exception cref="InvalidInputException">The text means none of these; the archive is not in the cache; the files are wrong.</exception>
    public static ImageDataset Open(string text) => Open(text, new DownloadOptions().ArchivePath);

    /// <summary>As <see cref="Open(string)"/>, with the cached archive elsewhere.</summary>
    internal static ImageDataset Open(string text, string cachedArchive)
    {
        string[] parts = text.Split(':');
        return parts[0] == SyntheticImages.Name ? OpenSynthetic(text, parts)
            : text == Cifar10.Name ? OpenCached(cachedArchive)
            : Path.Exists(text) ? Cifar10.Load(text)
            : throw new InvalidInputException($"There is no data set '{text}'. {Expected}");
    }

    private static ImageDataset OpenCached(string archive) => File.Exists(archive)
        ? Cifar10.Load(archive)
        : throw new InvalidInputException(
            $"CIFAR-10 has not been downloaded: '{archive}' does not exist. Run 'onnxinit data fetch', name a copy with '--data PATH', or use '--data synthetic'.");

    private static ImageDataset OpenSynthetic(string text, string[] parts)
    {
        int trainCount = SyntheticImages.DefaultTrainCount;
        long seed = 0;
        bool understood = parts.Length <= 3
            && (parts.Length < 2 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out trainCount))
            && (parts.Length < 3 || long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seed));
        return !understood
                ? throw new InvalidInputException($"The data set '{text}' is not understood. {Expected}")
            : trainCount < TrainPerTest || trainCount > SyntheticImages.LargestCount
                ? throw new InvalidInputException($"The data set '{text}' asks for {trainCount:N0} training images; expected {TrainPerTest} to {SyntheticImages.LargestCount:N0}.")
            : SyntheticImages.CreateDataset(trainCount, trainCount / TrainPerTest, seed);
    }
}
