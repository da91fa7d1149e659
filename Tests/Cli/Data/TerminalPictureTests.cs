using OnnxInit.Cli.Data;
using OnnxInit.Contracts.Data;
using Spectre.Console;

namespace OnnxInit.Tests.Cli.Data;

public class TerminalPictureTests
{
    // Two images of 12 x 2: black above white, and white above black.
    private static readonly ImageSet Set = new(new ImageShape(1, 2, 12), [.. Half(0), .. Half(255), .. Half(255), .. Half(0)], [0, 1]);

    [Fact]
    public void A_character_shows_two_pixels_in_the_colours_of_its_halves()
    {
        using RecordingConsole terminal = new(width: 40, ColorSystemSupport.TrueColor);

        TerminalPicture.Write(terminal.Console, Set, [0], ["night", "day"]);

        terminal.Lines[0].Should().StartWith("\u001b[38;2;0;0;0;48;2;255;255;255m\u2580");
    }

    [Fact]
    public void Images_stand_side_by_side_as_far_as_the_width_allows()
    {
        using RecordingConsole wide = new(width: 26, ColorSystemSupport.NoColors);
        using RecordingConsole narrow = new(width: 25, ColorSystemSupport.NoColors);

        TerminalPicture.Write(wide.Console, Set, [0, 1], ["night", "day"]);
        TerminalPicture.Write(narrow.Console, Set, [0, 1], ["night", "day"]);

        wide.Lines.Select(line => line.TrimEnd()).Should().StartWith(["\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592  \u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592", "0 night       1 day", ""]);
        narrow.Lines.Select(line => line.TrimEnd()).Should().StartWith(["\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592", "0 night", "", "\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592\u2592", "1 day", ""]);
    }

    [Fact]
    public void Brightness_is_written_in_ASCII_where_there_is_nothing_else()
    {
        using RecordingConsole terminal = new(width: 40, ColorSystemSupport.NoColors, unicode: false);
        ImageSet ramp = new(new ImageShape(1, 2, 3), [0, 128, 255, 0, 128, 255], [0]);

        TerminalPicture.Write(terminal.Console, ramp, [0], ["ramp"]);

        terminal.Lines[0].Should().Be(" +@");
    }

    [Fact]
    public void A_terminal_narrower_than_an_image_shows_its_left_part()
    {
        using RecordingConsole terminal = new(width: 5, ColorSystemSupport.NoColors);

        TerminalPicture.Write(terminal.Console, Set, [0], ["night", "day"]);

        terminal.Lines[0].Should().HaveLength(5);
    }

    private static byte[] Half(byte value) => [.. Enumerable.Repeat(value, 12)];
}
