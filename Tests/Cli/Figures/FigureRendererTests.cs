using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OnnxInit.Cli.Figures;
using OnnxInit.Contracts.Figures;
using SkiaSharp;

namespace OnnxInit.Tests.Cli.Figures;

/// <summary>Figures as pictures.</summary>
public sealed partial class FigureRendererTests
{
    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Names => new("lines", "map", "twelve");

    [Theory]
    [MemberData(nameof(Names))]
    public void An_SVG_is_well_formed_and_says_what_it_shows(string name)
    {
        Figure figure = Get(name);

        XElement svg = Svg(figure);

        svg.Name.Should().Be(Namespace + "svg");
        svg.Attribute("viewBox")!.Value.Should().Be($"0 0 {svg.Attribute("width")!.Value} {svg.Attribute("height")!.Value}");
        svg.Element(Namespace + "title")!.Value.Should().Be(figure.Title);
        svg.Element(Namespace + "desc")!.Value.Should().Be(figure.Caption);
        Texts(svg).Should().Contain(figure.Title);
        figure.Panels.Select(panel => panel.Title).Should().BeSubsetOf(Texts(svg));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_text_of_an_SVG_lies_within_it_and_has_the_width_of_our_font(string name)
    {
        XElement svg = Svg(Get(name));

        foreach (XElement text in svg.Descendants(Namespace + "text").Where(text => text.Attribute("transform") is null))
        {
            double left = Number(text, "x");
            left.Should().BeGreaterThanOrEqualTo(0, text.Value);
            (left + Number(text, "textLength")).Should().BeLessThanOrEqualTo(Number(svg, "width"), text.Value);
            Number(text, "textLength").Should().BeApproximately(FigureFont.Measure(text.Value, (float)Number(text, "font-size")), 0.01);
            text.Attribute("font-family")!.Value.Should().Be("DejaVu Sans, Verdana, sans-serif");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_PNG_has_two_dots_per_pixel_of_the_SVG_and_a_white_ground(string name)
    {
        Figure figure = Get(name);
        XElement svg = Svg(figure);

        byte[] png = FigureRenderer.Png(figure);

        png.AsSpan(0, 8).ToArray().Should().Equal(0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10);
        ((double)BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16))).Should().Be(2 * Number(svg, "width"));
        ((double)BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))).Should().Be(2 * Number(svg, "height"));
        using SKBitmap bitmap = SKBitmap.Decode(png);
        bitmap.GetPixel(0, 0).Should().Be(SKColors.White);
        bitmap.GetPixel(bitmap.Width - 1, bitmap.Height - 1).Should().Be(SKColors.White);
        bitmap.Pixels.Any(pixel => pixel != SKColors.White).Should().BeTrue();
    }

    [Fact]
    public void Decades_are_labelled_as_powers_of_ten_also_beyond_what_a_double_holds() =>
        Texts(Svg(SampleFigures.Lines)).Should().Contain(["10⁻⁴⁰⁰", "10⁻²⁰⁰", "10⁰", "smallest float64"]);

    [Fact]
    public void A_cell_says_its_value_and_a_cell_without_one_says_nothing()
    {
        string[] texts = Texts(Svg(SampleFigures.HeatMap));

        texts.Should().Contain(["1.25", "2.50", "−3.00", "He", "Xavier", "plain", "BatchNorm", "loss"]);
        texts.Should().NotContain(text => text.Contains("NaN", StringComparison.Ordinal));
    }

    [Fact]
    public void Panels_stand_in_rows_from_left_to_right()
    {
        XElement svg = Svg(SampleFigures.Twelve);
        (double X, double Y)[] places = [.. Enumerable.Range(1, 12).Select(i => svg.Descendants(Namespace + "text").Single(text => text.Value == $"panel {i}")).Select(text => (Number(text, "x"), Number(text, "y")))];

        places.Chunk(4).Should().OnlyContain(row => row.Select(place => place.Y).Distinct().Count() == 1);
        places.Chunk(4).Select(row => row[0].Y).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        places.Take(4).Select(place => place.X).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void What_panels_have_in_common_is_said_once()
    {
        string[] texts = Texts(Svg(SampleFigures.Twelve));

        texts.Count(text => text == "layer").Should().Be(4, "the lowest panel of each column names the axis");
        texts.Count(text => text == "loss").Should().Be(3 + 1, "the first panel of each row names the axis, and there is one legend");
    }

    [Fact]
    public void A_figure_is_the_same_whenever_it_is_drawn()
    {
        (FigureRenderer.Svg(SampleFigures.Lines) == FigureRenderer.Svg(SampleFigures.Lines)).Should().BeTrue();
        FigureRenderer.Png(SampleFigures.Lines).AsSpan().SequenceEqual(FigureRenderer.Png(SampleFigures.Lines)).Should().BeTrue();
    }

    [Fact]
    public void An_SVG_refers_to_nothing_outside() =>
        References().Matches(FigureRenderer.Svg(SampleFigures.Lines) + FigureRenderer.Svg(SampleFigures.HeatMap)).Select(match => match.Value)
            .Should().OnlyContain(reference => reference.StartsWith("xmlns", StringComparison.Ordinal));

    [GeneratedRegex("[a-z:]+=\"https?:[^\"]*\"")]
    private static partial Regex References();

    private static Figure Get(string name) => new[] { SampleFigures.Lines, SampleFigures.HeatMap, SampleFigures.Twelve }.Single(figure => figure.Name == name);

    private static XElement Svg(Figure figure) => XDocument.Parse(FigureRenderer.Svg(figure)).Root!;

    private static string[] Texts(XElement svg) => [.. svg.Descendants(Namespace + "text").Select(text => text.Value)];

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
