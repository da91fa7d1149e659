using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using SkiaSharp;

namespace OnnxInit.Cli.Data;

/// <summary>Pictures from files, as a model takes them.</summary>
internal static class ImageFile
{
    private const long MostPixels = 200_000_000;

    /// <summary>Reads a PNG, a JPEG, or what else SkiaSharp knows; turned as its EXIF data says, transparent parts on white, resized.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">What the model takes: 1 channel (grey) or 3 (RGB). An image of exactly this size keeps its pixels.</param>
    /// <param name="fit">What becomes of other proportions.</param>
    /// <returns>[C, H, W], 0 to 255.</returns>
    /// <exception cref="InvalidInputException">The file is missing, no image, broken, or too large; or the model takes neither grey nor RGB.</exception>
    public static byte[] Read(string path, ImageShape shape, ImageFit fit)
    {
        if (shape.Channels is not (1 or 3))
        {
            throw new InvalidInputException($"The model takes images of {shape.Channels} channels; expected 1 (grey) or 3 (RGB) to read them from files.");
        }

        using SKBitmap bitmap = Decode(path);
        using SKImage image = SKImage.FromBitmap(bitmap);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.DrawImage(image, Part(bitmap, shape, fit), new SKRect(0, 0, shape.Width, shape.Height), Sampling(bitmap, shape), null);
        using SKImage resized = surface.Snapshot();
        using SKPixmap pixels = resized.PeekPixels();
        return Planes(pixels, shape);
    }

    private static SKBitmap Decode(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"There is no image '{path}'.");
        }

        using SKCodec codec = SKCodec.Create(path, out SKCodecResult opened);
        if (opened != SKCodecResult.Success)
        {
            throw new InvalidInputException($"'{path}' is no image that can be read ({opened}); expected a PNG or JPEG file.");
        }

        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
        {
            throw new InvalidInputException($"The image '{path}' has {codec.Info.Width:N0} x {codec.Info.Height:N0} pixels; expected at most {MostPixels:N0}.");
        }

        SKBitmap bitmap = new(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        SKCodecResult decoded = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (decoded != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new InvalidInputException($"The image '{path}' is broken ({decoded}).");
        }

        return Upright(bitmap, codec.EncodedOrigin);
    }

    // EXIF's eight orientations: the first of a pair mirrors, transposes or turns the second.
    private static SKBitmap Upright(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft)
        {
            return bitmap;
        }

        (float width, float height) = (bitmap.Width, bitmap.Height);
        SKMatrix turn = origin switch
        {
            SKEncodedOrigin.TopRight => new(-1, 0, width, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new(-1, 0, width, 0, -1, height, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new(1, 0, 0, 0, -1, height, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new(0, -1, height, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new(0, -1, height, -1, 0, width, 0, 0, 1),
            _ => new(0, 1, 0, -1, 0, width, 0, 0, 1),
        };
        bool transposed = turn.ScaleX == 0;
        SKBitmap upright = new(new SKImageInfo(transposed ? bitmap.Height : bitmap.Width, transposed ? bitmap.Width : bitmap.Height, bitmap.ColorType, bitmap.AlphaType));
        using (SKCanvas canvas = new(upright))
        using (bitmap)
        {
            canvas.Clear(SKColors.Transparent);
            canvas.SetMatrix(turn);
            canvas.DrawBitmap(bitmap, 0, 0);
        }

        return upright;
    }

    private static SKRect Part(SKBitmap bitmap, ImageShape shape, ImageFit fit)
    {
        if (fit == ImageFit.Stretch)
        {
            return new(0, 0, bitmap.Width, bitmap.Height);
        }

        float scale = Math.Min((float)bitmap.Width / shape.Width, (float)bitmap.Height / shape.Height);
        (float width, float height) = (scale * shape.Width, scale * shape.Height);
        return SKRect.Create((bitmap.Width - width) / 2, (bitmap.Height - height) / 2, width, height);
    }

    // Averages where it shrinks (mipmaps), a cubic where it grows, and the pixels themselves where the size is right.
    private static SKSamplingOptions Sampling(SKBitmap bitmap, ImageShape shape) =>
        bitmap.Width == shape.Width && bitmap.Height == shape.Height ? new(SKFilterMode.Nearest)
        : bitmap.Width >= shape.Width && bitmap.Height >= shape.Height ? new(SKFilterMode.Linear, SKMipmapMode.Linear)
        : new(SKCubicResampler.Mitchell);

    private static byte[] Planes(SKPixmap pixmap, ImageShape shape)
    {
        ReadOnlySpan<byte> rgba = pixmap.GetPixelSpan();
        byte[] planes = new byte[shape.Size];
        for (int pixel = 0; pixel < shape.PlaneSize; pixel++)
        {
            ReadOnlySpan<byte> color = rgba.Slice((pixel / shape.Width * pixmap.RowBytes) + (pixel % shape.Width * 4), 3);
            if (shape.Channels == 1)
            {
                planes[pixel] = (byte)(((299 * color[0]) + (587 * color[1]) + (114 * color[2]) + 500) / 1000); // ITU-R BT.601
                continue;
            }

            for (int channel = 0; channel < 3; channel++)
            {
                planes[(channel * shape.PlaneSize) + pixel] = color[channel];
            }
        }

        return planes;
    }
}
