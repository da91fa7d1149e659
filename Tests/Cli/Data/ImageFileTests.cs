using OnnxInit.Cli.Data;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Tests.Data;
using SkiaSharp;

namespace OnnxInit.Tests.Cli.Data;

/// <summary>Pictures from files, as a model takes them.</summary>
public sealed class ImageFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static ImageShape Small => new(3, 4, 4);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_image_of_the_right_size_keeps_its_pixels()
    {
        Write(4, 4, (x, y) => new SKColor((byte)(10 * x), (byte)(20 * y), (byte)(x * y)));

        byte[] pixels = Read(Small);

        pixels[5].Should().Be(10, "red of x 1, y 1");
        pixels[16 + 5].Should().Be(20);
        pixels[32 + 15].Should().Be(9);
    }

    [Fact]
    public void Crop_takes_the_middle_and_stretch_takes_all()
    {
        // 12 x 4: left third red, middle third green, right third blue.
        Write(12, 4, (x, _) => x < 4 ? SKColors.Red : x < 8 ? new SKColor(0, 255, 0) : SKColors.Blue);

        byte[] cropped = Read(Small);
        byte[] stretched = Read(Small, ImageFit.Stretch);

        cropped[..16].Should().OnlyContain(red => red == 0);
        cropped[16..32].Should().OnlyContain(green => green == 255);
        stretched[0].Should().BeGreaterThan(128);
        stretched[32 + 3].Should().BeGreaterThan(128);
    }

    [Fact]
    public void A_large_image_is_averaged_not_sampled()
    {
        Write(512, 512, (x, y) => (x + y) % 2 == 0 ? SKColors.White : SKColors.Black);

        Read(Small).Should().OnlyContain(value => value >= 120 && value <= 136);
    }

    [Fact]
    public void What_is_transparent_is_white()
    {
        Write(4, 4, (_, _) => SKColors.Transparent);

        Read(Small).Should().OnlyContain(value => value == 255);
    }

    [Fact]
    public void A_model_of_one_channel_gets_the_brightness()
    {
        Write(4, 4, (_, _) => new SKColor(0, 255, 0));

        Read(new(1, 4, 4)).Should().HaveCount(16).And.OnlyContain(value => value == 150); // 0.587 of 255
    }

    [Fact]
    public void Two_channels_are_no_picture()
    {
        Write(4, 4, (_, _) => SKColors.Red);

        FluentActions.Invoking(() => Read(new(2, 4, 4))).Should().Throw<InvalidInputException>().WithMessage("The model takes images of 2 channels; expected 1 (grey) or 3 (RGB) to read them from files.");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    [InlineData(7, 3)]
    [InlineData(8, 2)]
    public void The_orientation_of_a_JPEG_is_followed(int orientation, int corner)
    {
        // The file's upper left quarter is white, the rest black; EXIF says where that corner belongs: 0 upper left, 1 upper right, 2 lower left, 3 lower right.
        using SKBitmap bitmap = new(64, 64, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKCanvas canvas = new(bitmap))
        using (SKPaint white = new() { Color = SKColors.White })
        {
            canvas.Clear(SKColors.Black);
            canvas.DrawRect(0, 0, 32, 32, white);
        }

        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        byte[] data = jpeg.ToArray();
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(_folder["image.png"], [.. data[..2], .. exif, .. data[2..]]);

        byte[] pixels = Read(new(1, 2, 2));

        pixels.Select((value, i) => (value, i)).Where(pixel => pixel.value > 128).Select(pixel => pixel.i).Should().Equal(corner);
    }

    private byte[] Read(ImageShape shape, ImageFit fit = ImageFit.Crop) => ImageFile.Read(_folder["image.png"], shape, fit);

    private void Write(int width, int height, Func<int, int, SKColor> color)
    {
        using SKBitmap bitmap = new(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int i = 0; i < width * height; i++)
        {
            bitmap.SetPixel(i % width, i / width, color(i % width, i / width));
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(_folder["image.png"], data.ToArray());
    }
}
