using OnnxInit.Contracts.Data;

namespace OnnxInit.Cli.Data;

/// <summary>Pixels of image sets as colours to show.</summary>
internal static class ImageColors
{
    /// <summary>The colour of one pixel, 0 to 255 each; an image of one channel is grey.</summary>
    public static (byte Red, byte Green, byte Blue) Rgb(this ImageSet set, int index, int y, int x)
    {
        ReadOnlySpan<byte> image = set.Image(index);
        int plane = set.Shape.PlaneSize;
        int first = (y * set.Shape.Width) + x;
        return set.Shape.Channels == 3
            ? (image[first], image[plane + first], image[(2 * plane) + first])
            : (image[first], image[first], image[first]);
    }
}
