using OnnxInit.Cli.Data;
using OnnxInit.Contracts.Data;
using SkiaSharp;

namespace OnnxInit.Cli.Report;

/// <summary>An image of a data set as a picture inside a page.</summary>
internal static class ImagePng
{
    /// <summary>A PNG, pixel by pixel, as a data URI.</summary>
    /// <param name="set">Where it is; grey (1 channel) or RGB (3).</param>
    /// <param name="index">Which.</param>
    public static string DataUri(ImageSet set, int index)
    {
        using SKBitmap bitmap = new(set.Shape.Width, set.Shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < set.Shape.Height; y++)
        {
            for (int x = 0; x < set.Shape.Width; x++)
            {
                (byte red, byte green, byte blue) = set.Rgb(index, y, x);
                bitmap.SetPixel(x, y, new SKColor(red, green, blue));
            }
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return $"data:image/png;base64,{Convert.ToBase64String(png.AsSpan())}";
    }
}
