using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Browser;

/// <summary>What the other tests in the browser rely on: that nothing which is wrong with a page goes unseen.</summary>
public sealed class ChromiumTests(Chromium chromium) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_page_without_faults_opens_from_the_disk()
    {
        await using BrowserPage page = await OpenAsync("<p>ten classes</p>");

        (await page.Page.TextContentAsync("p")).Should().Be("ten classes");
        page.Problems.Should().BeEmpty();
        (await page.OverflowsAsync()).Should().BeEmpty();
        (await page.AccessibilityProblemsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Errors_on_the_console_uncaught_exceptions_and_requests_are_problems()
    {
        await using BrowserPage page = await OpenAsync("""
            <p>a</p><img src="absent.png" alt=""><script>console.error('loss is NaN'); setTimeout(() => { throw new Error('no model'); });</script>
            <script>fetch('https://example.org/model.onnx').catch(() => document.body.append('refused'))</script>
            """);

        await page.Page.GetByText("refused").WaitForAsync();
        page.Problems.Should().Contain("console error: loss is NaN").And.Contain(problem => problem.StartsWith("uncaught: Error: no model"))
            .And.Contain(problem => problem.StartsWith("failed request: file:///") && problem.Contains("absent.png"))
            .And.Contain("asks the network for https://example.org/model.onnx");
    }

    [Fact]
    public async Task What_is_wider_than_the_window_or_too_pale_is_found()
    {
        await using BrowserPage page = await OpenAsync("""
            <style>@media (prefers-color-scheme: dark) { :root { background: #000; color: #333 } }</style>
            <div id="table" style="width: 600px; background: #eee; color: #222">wide</div><div style="overflow-x: auto; background: #fff; color: #000" tabindex="0"><div style="width: 900px">scrolls</div></div><p>text</p>
            """);

        (await page.OverflowsAsync()).Should().BeEmpty();
        await page.SetWidthAsync(400);
        (await page.OverflowsAsync()).Should().Equal("div#table. ends at 608 of 400");
        (await page.AccessibilityProblemsAsync()).Should().BeEmpty();
        await page.SetDarkAsync(true);
        (await page.AccessibilityProblemsAsync()).Should().ContainSingle().Which.Should().StartWith("color-contrast: <p>text</p>");
    }

    private Task<BrowserPage> OpenAsync(string body)
    {
        File.WriteAllText(_folder["page.html"], $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>A page</title><main>{body}</main></html>");
        return chromium.OpenAsync(_folder["page.html"]);
    }
}
