using System.Globalization;
using Microsoft.Playwright;
using OnnxInit.Contracts.Data;
using OnnxInit.Inference;
using OnnxInit.Tests.Browser;
using OnnxInit.Tests.Data;
using SkiaSharp;

namespace OnnxInit.Tests.Cli.Playground;

/// <summary>The playground as a reader has it: opened from the disk, without a network.</summary>
public sealed class PlaygroundPageTests(Chromium chromium, PlaygroundRuns runs) : IClassFixture<PlaygroundRuns>, IDisposable
{
    private const string Mlp = "--model mlp";
    private const string Cnn = "--model cnn";
    private const string Embedded = "--model mlp --embed-normalization";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Mlp)]
    [InlineData(Cnn)]
    [InlineData(Embedded)]
    public async Task One_hundred_of_one_hundred_test_images_agree_with_TorchSharp(string run)
    {
        await using BrowserPage page = await OpenAsync(run);

        (await TextAsync(page, "#verdict")).Should().Be("100 of 100 agree with TorchSharp");
        double.Parse(await TextAsync(page, "#difference"), CultureInfo.InvariantCulture).Should().BeLessThan(1e-4);
        (await TextAsync(page, "#time")).Should().MatchRegex(@"^\d+(\.\d)? ms$");
        (await page.Page.Locator(".thumbnail").CountAsync()).Should().Be(100);
        (await TextAsync(page, "#right")).Should().Be($"{await page.Page.Locator(".thumbnail .mark.right").CountAsync()} of 100");
        page.Problems.Should().BeEmpty();
    }

    [Theory]
    [InlineData(Mlp)]
    [InlineData(Cnn)]
    [InlineData(Embedded)]
    public async Task A_picture_of_the_models_size_gets_the_probabilities_of_ONNX_Runtime(string run)
    {
        ImageSet test = runs.Data.Test;
        string png = PngFile.Write(_folder["picture.png"], test.Image(7));
        await using BrowserPage page = await OpenAsync(run);

        await page.Page.SetInputFilesAsync("#file", png);
        await page.Page.GetByText("picture.png: 32 × 32 pixels").WaitForAsync();

        (string Class, double Probability)[] expected = Classify(run, test.Image(7).ToArray());
        (await page.Page.Locator("#probabilities tbody th").AllTextContentsAsync()).Should().Equal(expected.Select(row => row.Class));
        IReadOnlyList<double> shown = await ProbabilitiesAsync(page);
        shown.Should().HaveCount(10).And.BeInDescendingOrder();
        shown.Zip(expected, (found, row) => Math.Abs(found - row.Probability)).Max().Should().BeLessThan(1e-4);
        (await TextAsync(page, "#answer")).Should().StartWith($"{expected[0].Class} {(100 * expected[0].Probability).ToString("F1", CultureInfo.InvariantCulture)} % in ");
        page.Problems.Should().BeEmpty();
    }

    [Fact]
    public async Task A_large_picture_is_cropped_in_the_middle_and_averaged()
    {
        // 3 x 32 pixels high and wider than that: bars of one colour left and right, and in the middle every pixel of a test image 3 x 3 times.
        byte[] image = runs.Data.Test.Image(3).ToArray();
        using SKBitmap wide = new(160, 96, SKColorType.Rgba8888, SKAlphaType.Opaque);
        wide.Erase(SKColors.Magenta);
        for (int i = 0; i < 96 * 96; i++)
        {
            int at = (i / 96 / 3 * 32) + (i % 96 / 3);
            wide.SetPixel(32 + (i % 96), i / 96, new SKColor(image[at], image[1024 + at], image[2048 + at]));
        }

        await using BrowserPage page = await OpenAsync(Mlp);
        await page.Page.SetInputFilesAsync("#file", PngFile.Write(_folder["picture.png"], wide));
        await page.Page.GetByText("picture.png: 160 × 96 pixels").WaitForAsync();

        // The triangle of three pixels' reach weighs the pixel's own 3 columns 7/9, each neighbour 1/9; at the edge the rest is weighed up.
        byte[] seen = await SeenAsync(page);
        Blur(image).Zip(seen, (expected, found) => Math.Abs(expected - found)).Max().Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_file_that_is_no_picture_gets_a_message_and_the_page_goes_on()
    {
        File.WriteAllText(_folder["notes.txt"], "not a picture");
        await using BrowserPage page = await OpenAsync(Mlp);

        await page.Page.SetInputFilesAsync("#file", _folder["notes.txt"]);
        await page.Page.GetByRole(AriaRole.Alert).WaitForAsync();

        (await TextAsync(page, "#problem")).Should().Be("“notes.txt” is no picture that this browser can read. Choose a PNG, JPEG, WebP or another picture.");
        await page.Page.SetInputFilesAsync("#file", PngFile.Write(_folder["picture.png"], runs.Data.Test.Image(0)));
        await page.Page.GetByText("picture.png: 32 × 32 pixels").WaitForAsync();
        (await page.Page.Locator("#problem").IsVisibleAsync()).Should().BeFalse();
        page.Problems.Should().BeEmpty();
    }

    [Fact]
    public async Task Pictures_can_be_dropped_anywhere_and_pasted()
    {
        string bytes = Convert.ToBase64String(File.ReadAllBytes(PngFile.Write(_folder["picture.png"], runs.Data.Test.Image(5))));
        await using BrowserPage page = await OpenAsync(Mlp);
        const string Transfer = "(bytes, name, type) => { const transfer = new DataTransfer(); transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type })); return transfer; }";

        await page.Page.EvaluateAsync($"bytes => document.querySelector('main').dispatchEvent(new DragEvent('drop', {{ bubbles: true, cancelable: true, dataTransfer: ({Transfer})(bytes, 'dropped.png', 'image/png') }}))", bytes);
        await page.Page.GetByText("dropped.png: 32 × 32 pixels").WaitForAsync();
        await page.Page.EvaluateAsync($"bytes => document.body.dispatchEvent(new ClipboardEvent('paste', {{ bubbles: true, clipboardData: ({Transfer})(bytes, 'pasted.png', 'image/png') }}))", bytes);
        await page.Page.GetByText("pasted.png: 32 × 32 pixels").WaitForAsync();
        await page.Page.EvaluateAsync($"bytes => document.body.dispatchEvent(new DragEvent('drop', {{ bubbles: true, cancelable: true, dataTransfer: ({Transfer})('aGVsbG8=', 'archive.zip', 'application/zip') }}))", bytes);
        await page.Page.GetByText("“archive.zip” is no picture").WaitForAsync();

        page.Problems.Should().BeEmpty();
    }

    [Fact]
    public async Task The_keyboard_reaches_every_test_image_and_shows_its_answer()
    {
        await using BrowserPage page = await OpenAsync(Cnn);

        await page.Page.FocusAsync("#again");
        await page.Page.Keyboard.PressAsync("Tab");
        for (int i = 0; i < 10; i++)
        {
            await page.Page.Keyboard.PressAsync("ArrowRight");
        }

        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.GetByText("Test image 1: rows.").WaitForAsync();

        (await page.Page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-pressed')")).Should().Be("true");
        (await page.Page.Locator("#probabilities tbody th", new() { HasText = "true" }).TextContentAsync()).Should().Be("rows true");
    }

    [Fact]
    public async Task Run_again_repeats_the_comparison()
    {
        await using BrowserPage page = await OpenAsync(Mlp);
        string before = await TextAsync(page, "#difference");

        await page.Page.EvaluateAsync("document.querySelector('#verdict').textContent = ''");
        await page.Page.ClickAsync("#again");
        await page.Page.GetByText("100 of 100 agree with TorchSharp").WaitForAsync();

        (await TextAsync(page, "#difference")).Should().Be(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_page_is_legible_at_both_widths_in_both_colours(bool dark)
    {
        await using BrowserPage page = await OpenAsync(Cnn, dark);

        foreach (int width in (int[])[1280, 400])
        {
            await page.SetWidthAsync(width);
            await page.ScreenshotAsync($"playground-{width}-{(dark ? "dark" : "light")}");
            (await page.OverflowsAsync()).Should().BeEmpty();
            (await page.AccessibilityProblemsAsync()).Should().BeEmpty();
        }

        page.Problems.Should().BeEmpty();
    }

    private async Task<BrowserPage> OpenAsync(string run, bool dark = false)
    {
        BrowserPage page = await chromium.OpenAsync(await runs.PageAsync(run), dark: dark);
        await page.Page.WaitForSelectorAsync("#verdict.good, #verdict.bad, #problem:not([hidden])");
        return page;
    }

    private (string Class, double Probability)[] Classify(string run, byte[] pixels)
    {
        using OnnxModel model = OnnxModel.Open(Path.Combine(Path.GetDirectoryName(runs.PageAsync(run).Result)!, "model.onnx"));
        float[] logits = new float[10];
        model.Run(pixels, logits);
        double sum = logits.Sum(logit => Math.Exp(logit));
        return [.. logits.Select((logit, index) => (model.ClassNames[index], Math.Exp(logit) / sum)).OrderByDescending(row => row.Item2)];
    }

    private static async Task<string> TextAsync(BrowserPage page, string selector) => (await page.Page.TextContentAsync(selector))!;

    private static async Task<IReadOnlyList<double>> ProbabilitiesAsync(BrowserPage page) =>
        [.. (await page.Page.Locator("#probabilities data").EvaluateAllAsync<string[]>("all => all.map(one => one.value)")).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    /// <summary>What the page shows as the model's input, [C, H, W].</summary>
    private static async Task<byte[]> SeenAsync(BrowserPage page)
    {
        int[] colors = await page.Page.EvaluateAsync<int[]>("[...document.querySelector('#seen').getContext('2d').getImageData(0, 0, 32, 32).data]");
        return [.. Enumerable.Range(0, 3 * 1024).Select(i => (byte)colors[(4 * (i % 1024)) + (i / 1024)])];
    }

    private static byte[] Blur(byte[] image)
    {
        double[] values = [.. image.Select(pixel => (double)pixel)];
        foreach (int stride in (int[])[1, 32])
        {
            double[] source = [.. values];
            for (int i = 0; i < values.Length; i++)
            {
                int at = i / stride % 32;
                (double sum, double weight) = (7 * source[i], 7);
                foreach (int step in (int[])[-1, 1])
                {
                    if (at + step is >= 0 and < 32)
                    {
                        (sum, weight) = (sum + source[i + (step * stride)], weight + 1);
                    }
                }

                values[i] = sum / weight;
            }
        }

        return [.. values.Select(value => (byte)Math.Round(value))];
    }
}
