using System.Text;
using Spectre.Console;

namespace OnnxInit.Tests.Cli.Data;

/// <summary>A terminal whose output is kept as text.</summary>
internal sealed class RecordingConsole : IDisposable
{
    private readonly StringWriter _text = new() { NewLine = "\n" };

    public RecordingConsole(int width, ColorSystemSupport colors, bool unicode = true)
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colors == ColorSystemSupport.NoColors ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = colors,
            Out = new AnsiConsoleOutput(_text),
        });
        Console.Profile.Width = width;
        Console.Profile.Encoding = unicode ? Encoding.UTF8 : Encoding.ASCII;
        Console.Profile.Capabilities.Unicode = unicode;
    }

    public IAnsiConsole Console { get; }

    public string[] Lines => _text.ToString().ReplaceLineEndings("\n").Split('\n');

    public void Dispose() => _text.Dispose();
}
