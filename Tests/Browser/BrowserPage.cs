using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OnnxInit.Tests.Browser;

/// <summary>A page in a browser without a network, with everything that goes wrong in it.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private static readonly string[] LocalSchemes = ["file:", "data:", "blob:"];

    // Whatever lies beyond the window's right edge, unless something that scrolls on its own holds it.
    private const string FindOverflow = """
        () => [...document.querySelectorAll('body *')].filter(element => {
          const box = element.getBoundingClientRect();
          if (box.width === 0 || box.height === 0 || (box.right <= innerWidth + 1 && box.left >= -1)) return false;
          for (let parent = element.parentElement; parent !== null && parent !== document.body; parent = parent.parentElement)
            if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(parent).overflowX)) return false;
          return element.closest('svg') === null || element.matches('svg');
        }).map(element => `${element.tagName.toLowerCase()}${element.id && '#' + element.id}.${[...element.classList].join('.')} ends at ${Math.round(element.getBoundingClientRect().right)} of ${innerWidth}`)
        """;

    private readonly List<string> _problems = [];

    public BrowserPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _problems.Add($"console {message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _problems.Add($"uncaught: {error}");
        page.RequestFailed += (_, request) => _problems.Add($"failed request: {Short(request.Url)} ({request.Failure})");
        page.Request += (_, request) =>
        {
            if (!LocalSchemes.Any(scheme => request.Url.StartsWith(scheme, StringComparison.Ordinal)))
            {
                _problems.Add($"asks the network for {Short(request.Url)}");
            }
        };
    }

    /// <summary>Playwright's page, for everything else.</summary>
    public IPage Page { get; }

    /// <summary>Errors and warnings on the console, uncaught exceptions, failed requests, and requests for anything that is not on the disk.</summary>
    public IReadOnlyList<string> Problems => [.. _problems];

    /// <summary>Opens a file, and waits until it is loaded.</summary>
    public Task GoToAsync(string path) => Page.GotoAsync(new Uri(Path.GetFullPath(path)).AbsoluteUri);

    /// <summary>Makes the window another size.</summary>
    public Task SetWidthAsync(int width, int height = 800) => Page.SetViewportSizeAsync(width, height);

    /// <summary>Asks for dark or light colours.</summary>
    public Task SetDarkAsync(bool dark) => Page.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });

    /// <summary>The elements that reach beyond the window's width; wide tables and figures may scroll on their own.</summary>
    public Task<string[]> OverflowsAsync() => Page.EvaluateAsync<string[]>(FindOverflow);

    /// <summary>What axe finds against WCAG 2.2, levels A and AA: rule, element, and why.</summary>
    public async Task<IReadOnlyList<string>> AccessibilityProblemsAsync()
    {
        AxeResult result = await Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa") });
        return [.. result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}: {JsonSerializer.Serialize(node.Any.Select(check => check.Message))}"))];
    }

    /// <summary>Leaves a picture of the whole page in the folder that ONNXINIT_SCREENSHOTS names, for people who look at it.</summary>
    public async Task ScreenshotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("ONNXINIT_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();

    private static string Short(string address) => address.Length <= 100 ? address : $"{address[..100]}...";
}
