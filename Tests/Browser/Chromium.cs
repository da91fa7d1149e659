using Microsoft.Playwright;
using OnnxInit.Tests.Browser;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace OnnxInit.Tests.Browser;

/// <summary>
/// The machine's own Chromium (Debian's package), headless, one for all tests and started by the first that needs it. Tests are skipped
/// where there is none, unless CI is "true".
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>The variable that names the program.</summary>
    public const string Variable = "ONNXINIT_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The program; null where there is none.</summary>
    public static string? Executable { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path
        : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Opens a file of the disk as a person does, who has no network.</summary>
    /// <param name="path">An HTML file.</param>
    /// <param name="width">Pixels, as those of CSS.</param>
    /// <param name="dark">Whether the system asks for dark colours.</param>
    /// <param name="height">Pixels.</param>
    public async Task<BrowserPage> OpenAsync(string path, int width = 1280, bool dark = false, int height = 800)
    {
        IBrowser browser = await StartAsync();
        IBrowserContext context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce, // colours are looked at when they have arrived
            Offline = true,
        });
        BrowserPage page = new(await context.NewPageAsync());
        await page.GoToAsync(path);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        if (_browser is not null)
        {
            return _browser;
        }

        if (Executable is null)
        {
            const string Absence = $"There is no Chromium: apt-get install chromium, or set {Variable} to the program's path.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Absence);
            throw new InvalidOperationException(Absence);
        }

        _playwright = await Playwright.CreateAsync();
        return _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            ChromiumSandbox = false, // it needs a user other than root, and the pages are our own
        });
    }
}
