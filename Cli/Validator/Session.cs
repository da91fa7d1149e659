using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace OnnxInit.Cli;

/// <summary>How a command talks to its user: words for people, or one JSON document for scripts.</summary>
/// <param name="Console">For people: standard output, or standard error when standard output is for JSON.</param>
/// <param name="Json">Whether standard output is for one JSON document.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Cancellation">Ctrl-C and SIGTERM.</param>
internal sealed record Session(IAnsiConsole Console, bool Json, TextWriter Output, CancellationToken Cancellation)
{
    /// <summary>Whether the console is a terminal that can be drawn on again.</summary>
    public bool Live => Console.Profile.Capabilities.Interactive && Console.Profile.Capabilities.Ansi && Console.Profile.Out.IsTerminal;

    /// <summary>Says something to people. Square brackets are taken as they are.</summary>
    /// <param name="text">The text.</param>
    public void Say(string text)
    {
        if (Live)
        {
            Console.WriteLine(text);
        }
        else
        {
            Console.Profile.Out.Writer.WriteLine(text); // as it is: a line of a file or a pipe is not broken at a width
        }
    }

    /// <summary>Gives the result: the document to scripts, the rendering to people.</summary>
    /// <typeparam name="T">The document's type.</typeparam>
    /// <param name="document">The document.</param>
    /// <param name="type">How it is serialised.</param>
    /// <param name="render">Shows it to people.</param>
    public void Result<T>(T document, JsonTypeInfo<T> type, Action render)
    {
        if (Json)
        {
            Output.WriteLine(JsonSerializer.Serialize(document, type));
        }
        else
        {
            render();
        }
    }
}
