using System.Globalization;
using System.Text.Json;
using Discord.Protocol;
using Microsoft.AspNetCore.Http;

namespace Discord.BuildingBlocks.Api;

/// <summary>
/// Reads the fields of a request and collects every wrong one, each under its path, with Discord's codes and words.
/// Absent, null and a value are three things, as PATCH needs them.
/// </summary>
/// <remarks>
/// Source: Discord docs, Reference, "Error Messages"; the codes are those of protocol.md 2.4. A reader returns its default for a field
/// that is absent or wrong; look at <see cref="Error"/> after the last field and before the first change. ADR 0008 says why this is not FluentValidation.
/// </remarks>
public sealed class Form
{
    private readonly FormErrors _errors;
    private readonly string _path;
    private readonly JsonElement _object;
    private readonly IQueryCollection? _query;

    private Form(JsonElement element, IQueryCollection? query, string path, FormErrors errors)
    {
        _object = element;
        _query = query;
        _path = path;
        _errors = errors;
        if (query is null && element.ValueKind != JsonValueKind.Object)
            errors.Add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
    }

    /// <summary>The refusal, 50035 with all fields that were wrong, or null.</summary>
    public ApiError? Error => _errors.Any ? ApiError.InvalidFormBody(_errors) : null;

    /// <summary>The raw JSON.</summary>
    public JsonElement Json => _object;

    public static Form OfObject(JsonElement element) => new(element, null, "", new FormErrors());

    public static Form OfQuery(IQueryCollection query) => new(default, query, "", new FormErrors());

    /// <summary>The field was sent, be it as null.</summary>
    public bool Has(string name) => Find(name).ValueKind != JsonValueKind.Undefined;

    public bool IsNull(string name) => Find(name).ValueKind == JsonValueKind.Null;

    /// <summary>Adds an error at a field.</summary>
    public void Fail(string name, string code, string message) => _errors.Add(Path(name), code, message);

    /// <summary>A text. Numbers are taken as their digits, as Discord takes them.</summary>
    /// <param name="min">Fewest UTF-16 code units.</param>
    /// <param name="max">Most UTF-16 code units.</param>
    /// <param name="nullable">Null may be sent, and means "none"; otherwise null is an error when required and "absent" when not.</param>
    public string? String(string name, int min = 0, int max = int.MaxValue, bool required = false, bool nullable = false)
    {
        var value = Value(name, required, nullable);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Fail(name, "STRING_TYPE_CONVERT", $"Could not interpret \"{Shown(value)}\" as string.");
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (text.Length >= min && text.Length <= max)
            return text;
        if (text.Length == 0 && min > 0 && required)
            Fail(name, "BASE_TYPE_REQUIRED", "This field is required");
        else if (max == int.MaxValue)
            Fail(name, "BASE_TYPE_MIN_LENGTH", $"Must be {min} or more in length.");
        else if (min == 0)
            Fail(name, "BASE_TYPE_MAX_LENGTH", $"Must be {max} or fewer in length.");
        else
            Fail(name, "BASE_TYPE_BAD_LENGTH", $"Must be between {min} and {max} in length.");
        return null;
    }

    /// <summary>A whole number.</summary>
    public int? Int(string name, int min = int.MinValue, int max = int.MaxValue, bool required = false, bool nullable = false) =>
        (int?)Long(name, min, max, required, nullable);

    public long? Long(string name, long min = long.MinValue, long max = long.MaxValue, bool required = false, bool nullable = false)
    {
        var value = Value(name, required, nullable);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (!(value.ValueKind == JsonValueKind.Number && (value.TryGetInt64(out var number) || IsIntegral(value, out number)))
            && !(value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)))
        {
            Fail(name, "NUMBER_TYPE_COERCE", $"Value \"{Shown(value)}\" is not int.");
            return null;
        }

        if (number < min)
            Fail(name, "NUMBER_TYPE_MIN", $"int value should be greater than or equal to {min}.");
        else if (number > max)
            Fail(name, "NUMBER_TYPE_MAX", $"int value should be less than or equal to {max}.");
        else
            return number;
        return null;
    }

    /// <summary>A number with or without a fraction.</summary>
    public double? Number(string name, double min, double max, bool nullable = false)
    {
        var value = Value(name, false, nullable);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (!(value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number))
            && !(value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)))
        {
            Fail(name, "FLOAT_TYPE_COERCE", $"Value \"{Shown(value)}\" is not float.");
            return null;
        }

        if (number < min)
            Fail(name, "NUMBER_TYPE_MIN", string.Create(CultureInfo.InvariantCulture, $"float value should be greater than or equal to {min}."));
        else if (!(number <= max))
            Fail(name, "NUMBER_TYPE_MAX", string.Create(CultureInfo.InvariantCulture, $"float value should be less than or equal to {max}."));
        else
            return number;
        return null;
    }

    /// <summary>One of a few numbers.</summary>
    public int? Choice(string name, params ReadOnlySpan<int> choices)
    {
        if (Int(name) is not { } number)
            return null;
        if (choices.Contains(number))
            return number;
        Fail(name, "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", choices.ToArray())}}}.");
        return null;
    }

    /// <summary>true or false; in a query also 1, 0, True and False.</summary>
    public bool? Bool(string name, bool required = false)
    {
        var value = Value(name, required, false);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String when value.GetString() is "true" or "True" or "1":
                return true;
            case JsonValueKind.String when value.GetString() is "false" or "False" or "0":
                return false;
            default:
                Fail(name, "BOOLEAN_TYPE_PARSE", "Must be either true or false.");
                return null;
        }
    }

    public Snowflake? Id(string name, bool required = false, bool nullable = false)
    {
        var value = Value(name, required, nullable);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (TryId(value, out var id))
            return id;
        Fail(name, "NUMBER_TYPE_COERCE", $"Value \"{Shown(value)}\" is not snowflake.");
        return null;
    }

    /// <summary>A list of ids, at most <paramref name="max"/>.</summary>
    public IReadOnlyList<Snowflake>? Ids(string name, int max = int.MaxValue, bool required = false)
    {
        if (List(name, max, required) is not { } items)
            return null;
        var ids = new List<Snowflake>();
        for (var i = 0; i < items.Count; i++)
        {
            if (TryId(items[i], out var id))
                ids.Add(id);
            else
                Fail($"{name}.{i}", "NUMBER_TYPE_COERCE", $"Value \"{Shown(items[i])}\" is not snowflake.");
        }

        return ids;
    }

    /// <summary>A permission set: a decimal string or a number.</summary>
    public Permissions? Bits(string name, bool nullable = false)
    {
        var value = Value(name, false, nullable);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if ((value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var bits))
            || (value.ValueKind == JsonValueKind.String && ulong.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out bits)))
            return (Permissions)bits;
        Fail(name, "NUMBER_TYPE_COERCE", $"Value \"{Shown(value)}\" is not a permission set.");
        return null;
    }

    public Timestamp? Time(string name, bool nullable = false)
    {
        var value = Value(name, false, nullable);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (value.ValueKind == JsonValueKind.String && Timestamp.TryParse(value.GetString(), out var time))
            return time;
        Fail(name, "DATE_TIME_TYPE_PARSE", $"Could not parse {Shown(value)}. Should be ISO8601.");
        return null;
    }

    /// <summary>A list of any values, at most <paramref name="max"/>.</summary>
    public IReadOnlyList<JsonElement>? List(string name, int max = int.MaxValue, bool required = false)
    {
        var value = Value(name, required, false);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail(name, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
            return null;
        }

        if (value.GetArrayLength() <= max)
            return [.. value.EnumerateArray()];
        Fail(name, "BASE_TYPE_MAX_LENGTH", $"Must be {max} or fewer in length.");
        return null;
    }

    /// <summary>A list of objects, each read as a form whose errors join this one's.</summary>
    public IReadOnlyList<Form>? Items(string name, int max = int.MaxValue) =>
        List(name, max)?.Select((item, i) => new Form(item, null, Path($"{name}.{i}"), _errors)).ToList();

    /// <summary>An object, read as a form whose errors join this one's.</summary>
    public Form? Object(string name)
    {
        var value = Value(name, false, false);
        return value.ValueKind == JsonValueKind.Undefined ? null : new Form(value, null, Path(name), _errors);
    }

    private static bool TryId(JsonElement value, out Snowflake id)
    {
        id = default;
        return value.ValueKind switch
        {
            JsonValueKind.String => Snowflake.TryParse(value.GetString(), out id),
            JsonValueKind.Number => Snowflake.TryParse(value.GetRawText(), out id),
            _ => false,
        };
    }

    // 5.0 is a whole number; 5.5 is not.
    private static bool IsIntegral(JsonElement value, out long number)
    {
        var real = value.GetDouble();
        number = 0;
        if (Math.Floor(real) != real || Math.Abs(real) >= 1L << 53)
            return false;
        number = (long)real;
        return true;
    }

    private static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");
    }

    private string Path(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private JsonElement Find(string name)
    {
        if (_query is not null)
            return _query.TryGetValue(name, out var values) && values.Count > 0 ? JsonSerializer.SerializeToElement(values[0], ProtocolJson.Options) : default;
        return _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) ? value : default;
    }

    private JsonElement Value(string name, bool required, bool nullable)
    {
        var value = Find(name);
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            return value;
        if (required && !(nullable && value.ValueKind == JsonValueKind.Null))
            Fail(name, "BASE_TYPE_REQUIRED", "This field is required");
        return default;
    }
}
