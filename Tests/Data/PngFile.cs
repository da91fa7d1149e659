using SkiaSharp;

namespace OnnxInit.Tests.Data;

/// <summary>Pictures as files that lose nothing.</summary>
internal static class PngFile
{
    /// <summary>Writes pixels, [3, H, W].</summary>
    public static string Write(string path, ReadOnlySpan<byte> pixels, int width = 32, int height = 32)
    {
        using SKBitmap bitmap = new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        int plane = width * height;
        for (int i = 0; i < plane; i++)
        {
            bitmap.SetPixel(i % width, i / width, new SKColor(pixels[i], pixels[plane + i], pixels[(2 * plane) + i]));
        }

        return Write(path, bitmap);
    }

    /// <summary>Writes a bitmap.</summary>
    public static string Write(string path, SKBitmap bitmap)
    {
        using FileStream stream = File.Create(path);
        bitmap.Encode(stream, SKEncodedImageFormat.Png, quality: 100);
        return path;
    }
}
