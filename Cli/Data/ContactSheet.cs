using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Files;
using SkiaSharp;

namespace OnnxInit.Cli.Data;

/// <summary>A PNG that shows many images at once: a grid, each image enlarged four times, its index and class below.</summary>
internal static class ContactSheet
{
    /// <summary>The most images of one sheet.</summary>
    public const int Most = 2_000;

    private const int Enlargement = 4;
    private const int DotSize = 2;
    private const int Margin = 16;
    private const int LineHeight = DotSize * (BitmapFont.Height + 2);
    private static readonly SKColor Paper = SKColors.White;
    private static readonly SKColor Ink = new(0x22, 0x22, 0x22);
    private static readonly SKColor PaleInk = new(0x77, 0x77, 0x77);

    /// <summary>Draws the images and writes the file whole or not at all.</summary>
    /// <param name="path">The PNG to make or to replace.</param>
    /// <param name="set">Where the images come from; grey (1 channel) or RGB (3).</param>
    /// <param name="indices">Which images, in the order of reading; at least one and at most <see cref="Most"/>.</param>
    /// <param name="classNames">The class names by label.</param>
    /// <param name="columns">Images in a row.</param>
    /// <exception cref="InvalidInputException">There are too many images, or the file cannot be written.</exception>
    public static void Write(string path, ImageSet set, IReadOnlyList<int> indices, IReadOnlyList<string> classNames, int columns = 10)
    {
        if (indices.Count > Most)
        {
            throw new InvalidInputException($"A contact sheet of {indices.Count:N0} images is too large; expected at most {Most:N0}. Choose fewer with --count.");
        }

        using SKBitmap sheet = Draw(set, indices, classNames, columns);
        using SKData png = sheet.Encode(SKEncodedImageFormat.Png, quality: 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <summary>Draws the sheet.</summary>
    internal static SKBitmap Draw(ImageSet set, IReadOnlyList<int> indices, IReadOnlyList<string> classNames, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfZero(indices.Count);
        columns = Math.Clamp(columns, 1, indices.Count);
        int rows = (indices.Count + columns - 1) / columns;
        int cellWidth = (set.Shape.Width * Enlargement) + Margin;
        int cellHeight = (set.Shape.Height * Enlargement) + (2 * LineHeight) + Margin;
        SKBitmap sheet = new(Margin + (columns * cellWidth), Margin + (rows * cellHeight), SKColorType.Rgba8888, SKAlphaType.Opaque);
        sheet.Erase(Paper);
        for (int i = 0; i < indices.Count; i++)
        {
            SKPointI corner = new(Margin + (i % columns * cellWidth), Margin + (i / columns * cellHeight));
            DrawImage(sheet, set, indices[i], corner);
            SKPointI caption = new(corner.X, corner.Y + (set.Shape.Height * Enlargement) + (2 * DotSize));
            int width = (cellWidth - (Margin / 4)) / DotSize;
            DrawText(sheet, $"{indices[i]}", caption, width, PaleInk);
            DrawText(sheet, classNames[set.Labels[indices[i]]], new SKPointI(caption.X, caption.Y + LineHeight), width, Ink);
        }

        return sheet;
    }

    private static void DrawImage(SKBitmap sheet, ImageSet set, int index, SKPointI corner)
    {
        using SKCanvas canvas = new(sheet);
        using SKPaint paint = new() { IsAntialias = false };
        for (int y = 0; y < set.Shape.Height; y++)
        {
            for (int x = 0; x < set.Shape.Width; x++)
            {
                (byte red, byte green, byte blue) = set.Rgb(index, y, x);
                paint.Color = new SKColor(red, green, blue);
                canvas.DrawRect(corner.X + (x * Enlargement), corner.Y + (y * Enlargement), Enlargement, Enlargement, paint);
            }
        }
    }

    private static void DrawText(SKBitmap sheet, string text, SKPointI corner, int width, SKColor color)
    {
        foreach ((int dotX, int dotY) in BitmapFont.Dots(BitmapFont.Fit(text, width)))
        {
            for (int i = 0; i < DotSize * DotSize; i++)
            {
                sheet.SetPixel(corner.X + (dotX * DotSize) + (i % DotSize), corner.Y + (dotY * DotSize) + (i / DotSize), color);
            }
        }
    }
}
