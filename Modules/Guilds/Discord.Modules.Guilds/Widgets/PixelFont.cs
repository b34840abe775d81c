namespace Discord.Modules.Guilds.Widgets;

/// <summary>Letters of five columns and eight rows, the blank to the tilde: enough for a badge.</summary>
internal static class PixelFont
{
    /// <summary>Columns from one letter to the next.</summary>
    public const int Advance = 6;

    public const int Height = 8;

    private const int Columns = 5;

    // Five bytes a letter, a byte a column, the lowest bit on top.
    private static readonly byte[] s_columns = Convert.FromHexString(
        "000000000000005F00000007000700147F147F14242A7F2A12231308646236495620500008070300001C2241000041221C002A1C7F1C2A08083E08080080703000080808080800006060002010080402" +
        "3E5149453E00427F400072494949462141494D331814127F1027454545393C4A49493141211109073649494936464949291E000014000000403400000008142241141414141400412214080201590906" +
        "3E415D594E7C1211127C7F494949363E414141227F4141413E7F494949417F090909013E414151737F0808087F00417F41002040413F017F081422417F404040407F021C027F7F0408107F3E4141413E" +
        "7F090909063E4151215E7F09192946264949493203017F01033F4040403F1F2040201F3F4038403F631408146303047804036159494D43007F4141410204081020004141417F04020102044040404040" +
        "000307080020545478407F284444383844444428384444287F385454541800087E090218A4A49C787F0804047800447D40002040403D007F1028440000417F40007C047804787C080404783844444438" +
        "FC1824241818242418FC7C08040408485454542404043F44243C4040207C1C2040201C3C4030403C44281028444C9090907C4464544C440008364100000077000000413608000201020402");

    /// <summary>A text in the letters that there are: what has none becomes a question mark.</summary>
    public static string Fold(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value is >= ' ' and <= '~' ? (char)rune.Value : '?'));

    /// <summary>Whether a letter of <see cref="Fold"/> covers a point of its cell.</summary>
    public static bool IsSet(char letter, int x, int y) => x < Columns && (s_columns[(letter - ' ') * Columns + x] >> y & 1) != 0;
}
