using OnnxInit.Cli.Data;

namespace OnnxInit.Tests.Cli.Data;

public class BitmapFontTests
{
    [Fact]
    public void Letters_look_like_letters()
    {
        Draw("Hi").Should().Equal(
            "#...#..#.",
            "#...#....",
            "#...#.##.",
            "#####..#.",
            "#...#..#.",
            "#...#..#.",
            "#...#.###",
            ".........");
    }

    [Fact]
    public void All_of_printable_ASCII_is_there_and_differs()
    {
        string[] glyphs = [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => string.Join('\n', Draw(((char)code).ToString())))];

        glyphs.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Other_characters_become_question_marks() => BitmapFont.Dots("é").Should().Equal(BitmapFont.Dots("?"));

    [Theory]
    [InlineData("automobile", 100, "automobile")]
    [InlineData("automobile", 30, "auto..")]
    [InlineData("", 10, "")]
    public void Text_that_is_too_wide_is_cut(string text, int width, string fitted)
    {
        BitmapFont.Fit(text, width).Should().Be(fitted);
        BitmapFont.Measure(fitted).Should().BeLessThanOrEqualTo(width);
    }

    private static string[] Draw(string text)
    {
        HashSet<(int X, int Y)> dots = [.. BitmapFont.Dots(text)];
        return [.. Enumerable.Range(0, BitmapFont.Height).Select(y => string.Concat(
            Enumerable.Range(0, BitmapFont.Measure(text)).Select(x => dots.Contains((x, y)) ? '#' : '.')))];
    }
}
