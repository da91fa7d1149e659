using System.Globalization;
using OnnxInit.Cli.Figures;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Tests.Cli.Figures;

/// <summary>Figures as tables.</summary>
public sealed class FigureCsvTests
{
    [Fact]
    public void Lines_have_a_row_per_point() => FigureCsv.Of(SampleFigures.Lines).Should().Be(
        """"
        panel,series,kind,x,x_end,y,low,high
        Forward,measured,measured,1,,0,-1,1
        Forward,measured,measured,2,,NaN,-2,2
        Forward,measured,measured,3,,-400.5,-500,-300
        Forward,theory,theory,1,,0,,
        Forward,theory,theory,2,,-200,,
        Forward,theory,theory,3,,-400,,
        Forward,smallest float64,level,,,-323.3,,
        Histogram,"after, ""here""",bars,0,0.5,0.1,,
        Histogram,"after, ""here""",bars,0.5,1,0.3333333333333333,,
        Points,points 1,points,0,,2,,
        Points,points 1,points,1,,3,,

        """");

    [Fact]
    public void Heat_maps_have_a_row_per_cell() => FigureCsv.Of(SampleFigures.HeatMap).Should().Be(
        """"
        panel,row,column,value,text
        depth 100,He,plain,1.25,
        depth 100,He,BatchNorm,NaN,
        depth 100,Xavier,plain,2.5,
        depth 100,Xavier,BatchNorm,-3,

        """");

    [Fact]
    public void Panels_of_both_sorts_have_all_columns()
    {
        string[] lines = FigureCsv.Of(new("both", string.Empty, string.Empty, [SampleFigures.Lines.Panels[2], SampleFigures.HeatMap.Panels[0]])).Split('\n');

        lines[0].Should().Be("panel,series,kind,x,x_end,y,low,high,row,column,value,text");
        lines[1].Should().Be("Points,points 1,points,0,,2,,,,,,");
        lines[3].Should().Be("depth 100,,,,,,,,He,plain,1.25,");
    }

    [Fact]
    public void Numbers_are_read_back_as_they_were()
    {
        double[] numbers = [Math.PI, 1e-300, -double.Epsilon, double.MaxValue, 0.1 + 0.2];
        Figure figure = new("numbers", string.Empty, string.Empty, [new LinePanel("p", new("x"), new("y"), [new("s", SeriesStyle.Points, numbers, numbers)])]);

        FigureCsv.Of(figure).Split('\n')[1..^1].Select(line => double.Parse(line.Split(',')[5], CultureInfo.InvariantCulture)).Should().Equal(numbers);
    }
}
