using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using TorchSharp;

namespace OnnxInit.Cli.Commands;

/// <summary>The images on which an export keeps TorchSharp's values inside the model: the first test images, or noise where the data set is not there.</summary>
/// <param name="Input">What the model takes, [8, C, H, W]: pixels, or normalised.</param>
/// <param name="Description">What the images are, for people.</param>
internal sealed record SampleBatch(torch.Tensor Input, string Description) : IDisposable
{
    private const int Count = 8;

    /// <summary>Makes the batch.</summary>
    /// <param name="run">The run that is exported.</param>
    /// <param name="dataset">Its data set, where it is open already.</param>
    /// <param name="takesPixels">Whether the model normalises pixels itself.</param>
    public static SampleBatch Of(RunManifest run, ImageDataset? dataset, bool takesPixels)
    {
        ImageShape shape = new(run.Model.Input[0], run.Model.Input[1], run.Model.Input[2]);
        ImageSet? images = (dataset ?? Open(run.Dataset.Source))?.Test;
        int count = images?.Shape == shape ? Math.Min(Count, images.Count) : 0;
        string description = $"{count} test images of {run.Dataset.Name}";
        byte[] pixels = new byte[(count > 0 ? count : Count) * shape.Size];
        if (count > 0)
        {
            images!.Pixels.AsSpan(0, pixels.Length).CopyTo(pixels);
        }
        else
        {
            new Random(17).NextBytes(pixels);
            (count, description) = (Count, $"{Count} images of noise, since '{run.Dataset.Source}' does not open");
        }

        long[] axes = [count, shape.Channels, shape.Height, shape.Width];
        if (takesPixels)
        {
            return new(torch.tensor(pixels, axes), description);
        }

        float[] normalized = new float[pixels.Length];
        run.Dataset.Normalization.Apply(pixels, normalized, shape.PlaneSize);
        return new(torch.tensor(normalized, axes), description);
    }

    /// <inheritdoc/>
    public void Dispose() => Input.Dispose();

    private static ImageDataset? Open(string source)
    {
        try
        {
            return DatasetSource.Open(source);
        }
        catch (InvalidInputException)
        {
            return null; // another machine, or moved
        }
    }
}
