using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Contracts.Data;

/// <summary>Which images of a training set are trained on, and which are held out to validate. Both lists are in the order of the file.</summary>
/// <param name="Train">Indices of the images to train on; <see cref="EpochOrder"/> shuffles them anew for every epoch.</param>
/// <param name="Validation">Indices of the images held out; they are always visited in this order.</param>
public sealed record DataSplit(IReadOnlyList<int> Train, IReadOnlyList<int> Validation)
{
    /// <summary>Draws the split: a pure function of its arguments. 0.1 of CIFAR-10's 50,000 images leaves 45,000 and holds out 5,000.</summary>
    /// <param name="count">Images to divide.</param>
    /// <param name="validationFraction">The part to hold out, 0 to below 1; rounded to whole images, half to even.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <exception cref="InvalidInputException">The fraction is outside its range, or leaves no image to train on.</exception>
    public static DataSplit Create(int count, double validationFraction, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(validationFraction is >= 0 and < 1))
        {
            throw new InvalidInputException($"The validation fraction is {validationFraction}; expected 0 (no validation) to below 1, such as 0.1.");
        }

        int validationCount = (int)Math.Round(count * validationFraction);
        if (validationCount == count)
        {
            throw new InvalidInputException($"A validation fraction of {validationFraction} of {count:N0} images leaves none to train on. Use a smaller fraction or more images.");
        }

        int[] permutation = [.. Enumerable.Range(0, count)];
        new PhiloxRandom(seed, "split").Shuffle(permutation);
        permutation.AsSpan(0, validationCount).Sort();
        permutation.AsSpan(validationCount).Sort();
        return new DataSplit(permutation[validationCount..], permutation[..validationCount]);
    }
}
