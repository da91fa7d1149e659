using OnnxInit.Cli.Data;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Tests.Data;
using SkiaSharp;

namespace OnnxInit.Tests.Cli.Data;

public sealed class ContactSheetTests : IDisposable
{
    private static readonly SKColor Ink = new(0x22, 0x22, 0x22);
    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _set = SyntheticImages.Generate(12, seed: 1, "train");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_pixel_becomes_a_square_of_four_by_four()
    {
        string path = _folder["sheets", "sheet.png"];

        ContactSheet.Write(path, _set, [3, 7, 11], SyntheticImages.ClassNames, columns: 2);

        using SKBitmap sheet = SKBitmap.Decode(path);
        (sheet.Width, sheet.Height).Should().Be((16 + (2 * 144), 16 + (2 * 184)));
        for (int y = 0; y < 128; y++)
        {
            for (int x = 0; x < 128; x++)
            {
                ReadOnlySpan<byte> image = _set.Image(11);
                int pixel = (y / 4 * 32) + (x / 4);
                sheet.GetPixel(16 + x, 16 + 184 + y).Should().Be(new SKColor(image[pixel], image[1024 + pixel], image[2048 + pixel]));
            }
        }
    }

    [Fact]
    public void The_class_name_stands_below_the_image_on_a_machine_without_fonts()
    {
        using SKBitmap sheet = ContactSheet.Draw(_set, [3], SyntheticImages.ClassNames, columns: 1);

        int baseline = 16 + 128 + 4 + 20;
        foreach ((int x, int y) in BitmapFont.Dots("falling"))
        {
            sheet.GetPixel(16 + (2 * x), baseline + (2 * y)).Should().Be(Ink);
        }
    }

    [Fact]
    public void Grey_images_are_drawn_too()
    {
        ImageSet grey = new(new ImageShape(1, 1, 2), [10, 200], [0]);

        using SKBitmap sheet = ContactSheet.Draw(grey, [0], ["grey"], columns: 10);

        sheet.GetPixel(16, 16).Should().Be(new SKColor(10, 10, 10));
        sheet.GetPixel(16 + 7, 16 + 3).Should().Be(new SKColor(200, 200, 200));
    }

    [Fact]
    public void A_sheet_that_cannot_be_written_is_an_input_error()
    {
        File.WriteAllText(_folder["file"], "");

        Action write = () => ContactSheet.Write(_folder["file", "sheet.png"], _set, [0], SyntheticImages.ClassNames);

        write.Should().Throw<InvalidInputException>().WithMessage($"Cannot write '{_folder["file", "sheet.png"]}': *");
    }
}
