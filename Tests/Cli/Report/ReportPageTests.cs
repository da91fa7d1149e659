using Microsoft.Playwright;
using OnnxInit.Tests.Browser;

namespace OnnxInit.Tests.Cli.Report;

/// <summary>The page in a browser: on a desk, on a telephone, by night and on paper.</summary>
public sealed class ReportPageTests(Chromium chromium, ReportedRuns runs) : IClassFixture<ReportedRuns>
{
    private const int A4WithoutMargins = 680; // pixels of 1/96 inch

    public static TheoryData<string, int, bool> Circumstances { get; } = new(
        from page in (string[])["one", "compared", "unfinished"]
        from width in (int[])[1280, 400]
        from dark in (bool[])[false, true]
        select (page, width, dark));

    [Theory]
    [MemberData(nameof(Circumstances))]
    public async Task It_is_whole_legible_and_fits(string name, int width, bool dark)
    {
        await using BrowserPage page = await chromium.OpenAsync(File(name), width, dark);
        await OpenDetailsAsync(page);

        page.Problems.Should().BeEmpty();
        (await page.OverflowsAsync()).Should().BeEmpty();
        (await page.Page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")).Should().Match<int[]>(widths => widths[0] <= widths[1]);
        (await page.AccessibilityProblemsAsync()).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Circumstances))]
    public async Task Every_figure_and_picture_is_drawn_for_the_screen(string name, int width, bool dark)
    {
        await using BrowserPage page = await chromium.OpenAsync(File(name), width, dark);

        Drawn[] drawn = await ImagesAsync(page);

        drawn.Where(image => image.Figure).Should().HaveCount(name switch { "one" => 5, "compared" => 7, _ => 4 });
        drawn.Where(image => !image.Figure).Should().HaveCountGreaterThan(20, "there are example pictures");
        drawn.Should().OnlyContain(image => image.Complete && image.NaturalWidth > 0 && image.Width > 0 && image.Alt.Length > 0);
        drawn.Where(image => image.Figure).Should().OnlyContain(
            image => image.Width >= image.NaturalWidth - 1 && image.NaturalWidth >= 360 && (width > 400 || image.NaturalWidth == 360), "letters keep their size");
    }

    [Fact]
    public async Task Figures_are_dark_on_a_dark_screen_and_white_on_paper()
    {
        await using BrowserPage page = await chromium.OpenAsync(File("one"), dark: true);

        string dark = await PaperOfFirstFigureAsync(page);
        await page.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });
        string print = await PaperOfFirstFigureAsync(page);

        (dark, print).Should().Be(("#1B1E23", "white"));
        (await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor")).Should().Be("rgb(255, 255, 255)");
    }

    [Theory]
    [InlineData("one")]
    [InlineData("compared")]
    [InlineData("unfinished")]
    public async Task On_paper_nothing_is_cut_off_and_what_is_folded_is_shown(string name)
    {
        await using BrowserPage page = await chromium.OpenAsync(File(name), A4WithoutMargins);
        await page.Page.EmulateMediaAsync(new() { Media = Media.Print });

        string[] cut = await page.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('body *')].filter(element => {
              const box = element.getBoundingClientRect();
              return box.width > 0 && (box.right > document.documentElement.clientWidth + 1 || (element.matches('.table') && element.scrollWidth > element.clientWidth + 1));
            }).map(element => `${element.tagName} ${element.className} ${element.textContent.slice(0, 60)} ends at ${element.getBoundingClientRect().right}`)
            """);
        cut.Should().BeEmpty();
        (await page.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('details table')].every(table => table.getBoundingClientRect().height > 0)")).Should().BeTrue();
        (await page.Page.PdfAsync(new() { Format = "A4" })).Should().HaveCountGreaterThan(10_000);
    }

    [Theory]
    [InlineData("one")]
    [InlineData("compared")]
    [InlineData("unfinished")]
    public async Task Headings_descend_one_level_at_a_time(string name)
    {
        await using BrowserPage page = await chromium.OpenAsync(File(name));

        int[] levels = await page.Page.EvaluateAsync<int[]>("() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => Number(heading.tagName[1]))");

        levels.Should().StartWith([1, 2]);
        levels.Count(level => level == 1).Should().Be(1);
        levels.Zip(levels.Skip(1)).Should().OnlyContain(pair => pair.Second <= pair.First + 1);
    }

    [Fact]
    public async Task Links_lead_to_their_sections()
    {
        await using BrowserPage page = await chromium.OpenAsync(File("one"));

        (await page.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('nav a')].filter(link => document.querySelector(link.hash) === null).length")).Should().Be(0);
        (await page.Page.Locator("nav a").CountAsync()).Should().Be(8);
    }

    private static async Task OpenDetailsAsync(BrowserPage page) => await page.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(details => details.open = true)");

    private static Task<Drawn[]> ImagesAsync(BrowserPage page) => page.Page.EvaluateAsync<Drawn[]>("""
        async () => {
          const images = [...document.images];
          await Promise.all(images.map(image => image.decode()));
          return images.map(image => ({ figure: image.closest('figure') !== null, complete: image.complete, naturalWidth: image.naturalWidth, width: image.getBoundingClientRect().width, alt: image.alt }));
        }
        """);

    private static Task<string> PaperOfFirstFigureAsync(BrowserPage page) => page.Page.EvaluateAsync<string>("""
        async () => {
          const image = document.querySelector('figure img');
          await new Promise(resolve => setTimeout(resolve, 50));
          await image.decode();
          return new DOMParser().parseFromString(atob(image.currentSrc.split(',')[1]), 'image/svg+xml').querySelector('rect').getAttribute('fill');
        }
        """);

    private string File(string name) => name switch
    {
        "one" => Path.Combine(runs.Mlp, "report.html"),
        "compared" => runs.Compared,
        _ => Path.Combine(runs.OnlyTrained, "report.html"),
    };

    private sealed class Drawn
    {
        public bool Figure { get; set; }

        public bool Complete { get; set; }

        public int NaturalWidth { get; set; }

        public double Width { get; set; }

        public string Alt { get; set; } = string.Empty;
    }
}
