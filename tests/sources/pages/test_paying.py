"""What is paid: amounts, grades and shares, and amounts that nobody is paid."""

import pytest

from bot.sources.pages.paying import pay


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Stipend of £22,000 per year (tax-free), tuition fees waived", "£22,000 per year (tax-free)"),
        ("with 3000+ euros per month for PhD students", "3000+ euros per month"),
        ("~$25,000 annual salary plus tuition and benefits.", "$25,000 annual"),
        ("a gross monthly stipend of approximately €2,200, with increases", "€2,200"),
        ("The salary is in the range GBP 18,265-27,339", "GBP 18,265-27,339"),
        ("Salary: €2,541 to €3,247 gross per month", "€2,541 to €3,247 gross per month"),
        ("a stipend of about USD 35000", "USD 35000"),
        ("Salaire brut mensuel : 2 135 €", "2 135 €"),
        ("Gratification : 600 € / mois", "600 € / mois"),
        ("Remuneración: 24.000 € brutos anuales", "24.000 € brutos anuales"),
        ("A bolsa é de R$ 2.100,00 por mês", "R$ 2.100,00 por mês"),
        ("Importo: € 19.367,00 lordi", "€ 19.367,00 lordi"),
        ("Monatliches Bruttoentgelt: mindestens EUR 2.786,10 (14 Mal)", "EUR 2.786,10"),
        ("CHF 80'000 per year", "CHF 80'000 per year"),
        ("NOK 532,200 – 575,400 per year", "NOK 532,200 – 575,400 per year"),
        ("S$ 2,700 per month", "S$ 2,700 per month"),
        ("from 6M JPY per year before tax", "6M JPY per year before tax"),
        ("200-250k RMB per annum", "200-250k RMB per annum"),
        ("$18-$22/hour", "$18-$22/hour"),
        ("13,25 Euro pro Stunde", "13,25 Euro pro Stunde"),
        ("€ 26,174", "€ 26,174"),
        ("Salary: TV-L E13, 75 %", "TV-L E13, 75 %"),
        ("Entgeltgruppe 13 TV-L im Umfang von 75-100 %", "Entgeltgruppe 13 TV-L"),
        ("Die Bezahlung erfolgt nach E 13 TV-L.", "E 13 TV-L"),
        ("payment according to German salary scale TV-L 13 (100%)", "TV-L 13 (100%)"),
        ("(salary scale 13 TV-L)", "salary scale 13 TV-L"),
        ("0.65 TV-L E13", "0.65 TV-L E13"),
        ("Vergütung nach E13.", "E13"),
        ("£39,347 – £46,974 p.a.", "£39,347 – £46,974 p.a."),
        ("1 postdoc position (E13, full-time)", "E13"),
        ("Besoldungsgruppe W 2", "Besoldungsgruppe W 2"),
        ("Appointments are made at Grade 6 or 7 by experience", "Grade 6 or 7"),
        ("The internship is unpaid.", "unpaid"),
        ("We pay 2000 EUR per month with accommodation.", "2000 EUR per month"),
        ("Students are paid 15 EUR per hour.", "15 EUR per hour"),
        ("Grade 7", "Grade 7"),
        ("Die Stelle ist unbezahlt.", "unbezahlt"),
        ("Besoldung nach A 13", "Besoldung nach A 13"),
        ("Emoluments: Rs. 30,000 per month", "Rs. 30,000 per month"),
        ("Een bruto maandsalaris van minimaal € 3.020", "€ 3.020"),
        ("Månadslönen är 33 500 kr", "33 500 kr"),
        ("Importe de la beca: 700 € mes", "700 € mes"),
        ("Importo della borsa: euro 1.400 mensili", "euro 1.400 mensili"),
        ("A bolsa terá o valor de R$ 6.000,00 mensais.", "R$ 6.000,00 mensais"),
        ("Lønn fra kr 512 000 brutto per år.", "kr 512 000 brutto per år"),
        ("En månedlig løn på 24.100 kr. med pension.", "24.100 kr"),
    ],
)
def test_what_is_paid(text: str, value: str) -> None:
    assert pay([text]) == (value, text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "The salary is competitive.",
        "Fully funded for 4 years",
        "Salary: commensurate with experience",
        "Salary: 40 hours per month",
        "Funded with EUR 1.5 million by a foundation.",
        "We have a grant of €250,000",
        "an award of 10,000 euros",
        "travel allowance of €600 per month",
        "a tuition fee of £5,000 per year",
        "a conference budget of 2,000 euros per year",
        "There is an additional research allowance of 1,500 EUR",
        "We have 25,000 students and E10 cells",
        "Room E13, second floor",
        "Students of grade 7 build robots",
        "Grade 12 pupils visit us.",
        "Rent here is about 600 EUR per month.",
        "Students pay 300 EUR a month for a room.",
        "Students pay 300 EUR a month.",
        "We paid USD 550 to 185,000 people.",
        "Die Miete beträgt etwa 400 Euro pro Monat.",
        "Le loyer est de 400 € par mois.",
        "Unser Reisekostenbudget liegt bei 1.200 € pro Jahr.",
        "Studieafgiften er 70.000 kr. pr. år.",
        "Der Preis ist mit 4.000 Euro dotiert.",
        "El proyecto tiene una financiación de 300.000 euros.",
        "A taxa de inscrição é de R$ 90,00.",
    ],
)
def test_what_nobody_is_paid(text: str) -> None:
    assert pay([text]) is None
