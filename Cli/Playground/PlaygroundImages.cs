using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Playground;

/// <summary>The test images that a playground holds: of every class the first ones, class by class.</summary>
internal static class PlaygroundImages
{
    /// <summary>How many there are, where the test set has so many.</summary>
    public const int Count = 100;

    /// <summary>Chooses: one of each class in turn, until there are enough.</summary>
    /// <param name="reference">The labels and logits of the test set.</param>
    /// <param name="classCount">K.</param>
    public static IReadOnlyList<PlaygroundImage> Choose(ReferenceLogits reference, int classCount) =>
        [.. Enumerable.Range(0, reference.Count)
            .GroupBy(index => reference.Labels[index])
            .SelectMany(group => group.Select((index, turn) => (Turn: turn, Label: (int)group.Key, Index: index)))
            .OrderBy(image => image)
            .Take(Count)
            .OrderBy(image => image.Label).ThenBy(image => image.Turn)
            .Select(image => new PlaygroundImage(image.Index, image.Label, reference.Logits[(image.Index * classCount)..((image.Index + 1) * classCount)]))];

    /// <summary>Their pixels, [N, C, H, W].</summary>
    /// <param name="set">The test set.</param>
    /// <param name="images">The chosen ones.</param>
    public static byte[] Pixels(ImageSet set, IReadOnlyList<PlaygroundImage> images)
    {
        byte[] pixels = new byte[images.Count * set.Shape.Size];
        for (int i = 0; i < images.Count; i++)
        {
            set.Image(images[i].Index).CopyTo(pixels.AsSpan(i * set.Shape.Size));
        }

        return pixels;
    }
}
