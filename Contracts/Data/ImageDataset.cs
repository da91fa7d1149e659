namespace OnnxInit.Contracts.Data;

/// <summary>A training set and a test set over the same classes.</summary>
/// <param name="Name">What it is, such as <c>cifar10</c> or <c>synthetic</c>.</param>
/// <param name="ClassNames">The name of every class, by label.</param>
/// <param name="Train">The images to train and validate on.</param>
/// <param name="Test">The images that only ever measure.</param>
/// <param name="Normalization">The mean and standard deviation per channel that belong to it, for training and inference alike.</param>
public sealed record ImageDataset(string Name, IReadOnlyList<string> ClassNames, ImageSet Train, ImageSet Test, Normalization Normalization)
{
    private readonly Lazy<string> _digest = new(() => ImageDigest.Compute(Train, Test));

    /// <summary>SHA-256 over the labels and pixels of both sets, in hexadecimal: the same pictures in the same order, wherever they came from.</summary>
    public string Digest => _digest.Value;
}
