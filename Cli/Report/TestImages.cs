using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Cli.Report;

/// <summary>The test images of a run, or why there are none to show.</summary>
/// <param name="Set">The images; null where there are none.</param>
/// <param name="Reason">Why.</param>
internal sealed record TestImages(ImageSet? Set, string Reason)
{
    /// <summary>Nothing was tested.</summary>
    public static TestImages None { get; } = new(null, string.Empty);
}

/// <summary>Opens the images of runs, each set once.</summary>
internal sealed class TestImageSource
{
    private readonly Dictionary<string, (ImageSet? Set, string Digest, string Reason)> _opened = new(StringComparer.Ordinal);

    /// <summary>Opens what it is asked for.</summary>
    public TestImageSource()
    {
    }

    /// <summary>Has a set already.</summary>
    /// <param name="source">What <c>--data</c> said.</param>
    /// <param name="dataset">The set.</param>
    public TestImageSource(string source, ImageDataset dataset) => _opened.Add(source, (dataset.Test, ImageDigest.Compute(dataset.Test), string.Empty));

    /// <summary>Opens, or takes what is open.</summary>
    /// <param name="source">What <c>--data</c> said.</param>
    /// <param name="digest">The images' <see cref="ImageDigest"/>: others are not shown, since logits would stand beside pictures that they are not of.</param>
    public TestImages Open(string source, string digest)
    {
        if (!_opened.TryGetValue(source, out (ImageSet? Set, string Digest, string Reason) images))
        {
            _opened[source] = images = Open(source);
        }

        return images.Set is null || images.Digest == digest
            ? new(images.Set, images.Reason)
            : new(null, $"The test images of '{source}' are others than those that the network was tested on.");
    }

    private static (ImageSet? Set, string Digest, string Reason) Open(string source)
    {
        try
        {
            ImageSet set = DatasetSource.Open(source).Test;
            return (set, ImageDigest.Compute(set), string.Empty);
        }
        catch (InvalidInputException exception)
        {
            return (null, string.Empty, exception.Message);
        }
    }
}
