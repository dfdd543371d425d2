"""Files as each maker writes them, sanitised: one that can be read and one that is broken, with what is expected.

Names, accounts and figures are invented; only headings and conventions are those of the makers.
"""
# ruff: noqa: E501 - the lines of a file stay whole

from __future__ import annotations

from dataclasses import dataclass

APPLE, SAP = "US0378331005", "DE0007164600"


@dataclass(frozen=True)
class LayoutFile:
    """One layout.

    Parameters
    ----------
    layout : str
        Which layout is to be recognized.
    good : str
    rows : tuple of (key, quantity or None)
        The holdings or transactions expected, cash as "cash".
    broken : str
        The same with mistakes.
    complaints : tuple of str
        Parts of the sentences that tell them.

    """

    layout: str
    good: str
    rows: tuple[tuple[str, str], ...]
    broken: str
    complaints: tuple[str, ...]


FILES = (
    LayoutFile(
        "generic_holdings",
        "Kürzel;Anzahl;Einstandskurs;Währung\nSAP;1.000,5;95,20;EUR\nALV;10;180;EUR\n",
        (("SAP", "1000.5"), ("ALV", "10")),
        "Kürzel;Anzahl;Einstandskurs;Währung\nSAP;zehn;95,20;EUR\nALV;10;-180;EUR\n",
        ("“zehn” is not a number", "unit cost is negative"),
    ),
    LayoutFile(
        "generic_transactions",
        "Fecha;Tipo;Símbolo;Cantidad;Precio\n15/03/2022;Compra;TEF;100;4,25\n20/04/2022;Venta;TEF;40;4,75\n",
        (("TEF", "100"), ("TEF", "-40")),
        "Fecha;Tipo;Símbolo;Cantidad;Precio\n15/03/22;Compra;TEF;100;4,25\n31/04/2022;Venta;TEF;40;4,75\n",
        ("year of two digits", "does not exist"),
    ),
    LayoutFile(
        "port_position",
        "id,position,date\nAAPL US Equity,120,20221228\nMSFT US Equity,80,20221228\n",
        (("AAPL US EQUITY", "120"), ("MSFT US EQUITY", "80")),
        "id,position,date\nAAPL US Equity,,20221228\nMSFT US Equity,80,20230228\n",
        ("has no quantity", "lies in the future"),
    ),
    LayoutFile(
        "port_security_position",
        "Security ID,Position,Date\nAAPL US Equity,100,12/28/2022\nSAP GR Equity,50,12/28/2022\n",
        (("AAPL US EQUITY", "100"), ("SAP GR EQUITY", "50")),
        "Security ID,Position,Date\nAAPL US Equity,many,12/28/2022\n",
        ("“many” is not a number",),
    ),
    LayoutFile(
        "port_security_weight",
        "Security ID,Weight,Date\nAAPL US Equity,60%,12/28/2022\nSAP GR Equity,40%,12/28/2022\n",
        (("AAPL US EQUITY", "None"), ("SAP GR EQUITY", "None")),
        "Security ID,Weight,Date\n=A1,60%,12/28/2022\n",
        ("“=A1” is not a symbol",),
    ),
    LayoutFile(
        "port_weight",
        "id,weight,date\nAAPL US Equity,40,20221228\nMSFT US Equity,60,20221228\n",
        (("AAPL US EQUITY", "None"), ("MSFT US EQUITY", "None")),
        "id,weight,date\nAAPL US Equity,many,20221228\n,60,20221228\n",
        ("“many” is not a number", "names no security"),
    ),
    LayoutFile(
        "wealthfolio_holdings",
        "date,symbol,quantity,avgCost,currency\n2022-12-28,AAPL,10,120.5,USD\n2022-12-28,$CASH,2500,,USD\n",
        (("AAPL", "10"), ("cash", "2500")),
        "date,symbol,quantity,avgCost,currency\n2022-13-28,AAPL,10,120.5,USD\n2022-12-28,$CASH,,,USD\n",
        ("does not exist", "has no amount"),
    ),
    LayoutFile(
        "wealthfolio_activities",
        "date,symbol,quantity,activityType,unitPrice,currency,fee\n2022-12-02T10:00:00Z,AAPL,10,BUY,147.5,USD,1\n"
        "2022-12-20T10:00:00Z,AAPL,4,SELL,132,USD,1\n2022-12-01T09:00:00Z,$CASH-USD,5000,DEPOSIT,1,USD,0\n",
        (("AAPL", "10"), ("AAPL", "-4"), ("cash", "0")),
        "date,symbol,quantity,activityType,unitPrice,currency,fee\n2022-12-02,AAPL,0,BUY,147.5,USD,1\n",
        ("The quantity is zero",),
    ),
    LayoutFile(
        "ghostfolio",
        "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note\n"
        "20-12-2022,AAPL,YAHOO,USD,132.3,5,buy,4.95,first\n21-12-2022,AAPL,YAHOO,USD,0.23,5,dividend,0,\n",
        (("AAPL", "5"), ("AAPL", "0")),
        "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note\n"
        "20-12-2022,AAPL,YAHOO,XXX,132.3,5,buy,4.95,\n21-12-2022,=A1,YAHOO,USD,1,5,buy,0,\n",
        ("“XXX” is not a currency", "“=A1” is not a symbol"),
    ),
    LayoutFile(
        "pp_transactions_de",
        "Datum;Typ;Wert;Buchungswährung;Stück;ISIN;WKN;Ticker-Symbol;Wertpapiername;Gebühren;Steuern;Notiz\n"
        f"27.12.2022;Kauf;1.305,00;EUR;10;{SAP};716460;SAP.DE;SAP SE;5,00;0,00;\n"
        f"28.12.2022;Dividende;12,50;EUR;;{SAP};;SAP.DE;SAP SE;;;\n",
        (("SAP.DE", "10"), ("SAP.DE", "0")),
        "Datum;Typ;Wert;Buchungswährung;Stück;ISIN;WKN;Ticker-Symbol;Wertpapiername;Gebühren;Steuern;Notiz\n"
        "27.12.2022;Kauf;1.305,00;EUR;10;DE0007164601;;SAP.DE;SAP SE;5,00;0,00;\n",
        ("its check digit should be 0",),
    ),
    LayoutFile(
        "pp_transactions_en",
        "Date,Type,Value,Transaction Currency,Shares,ISIN,WKN,Ticker Symbol,Security Name,Fees,Taxes,Note\n"
        f'2022-12-27,Sell,"1,295.00",EUR,10,{SAP},,SAP.DE,SAP SE,5.00,0.00,\n2022-12-28,Removal,500.00,EUR,,,,,,,,\n',
        (("SAP.DE", "-10"), ("cash", "0")),
        "Date,Type,Value,Transaction Currency,Shares,ISIN,WKN,Ticker Symbol,Security Name,Fees,Taxes,Note\n"
        f"2022-12-27,Sell,1295.00,EUR,,{SAP},,SAP.DE,SAP SE,5.00,0.00,\n2022-12-28,Removal,,EUR,,,,,,,,\n",
        ("The quantity is missing", "is missing"),
    ),
    LayoutFile(
        "pp_holdings_de",
        f"Bestand;Name;Symbol;Kurs;Marktwert;ISIN\n12,5;SAP SE;SAP.DE;95,20;1.190,00;{SAP}\nSumme;;;;1.190,00;\n",
        (("SAP.DE", "12.5"),),
        f"Bestand;Name;Symbol;Kurs;Marktwert;ISIN\n;SAP SE;SAP.DE;95,20;1.190,00;{SAP}\n",
        ("has no quantity",),
    ),
    LayoutFile(
        "pp_holdings_en",
        'Shares held,Name,Ticker Symbol,Quote,Market value\n12.5,SAP SE,SAP.DE,95.20,"1,190.00"\n',
        (("SAP.DE", "12.5"),),
        "Shares held,Name,Ticker Symbol,Quote,Market value\n12.5,SAP SE,SAP.DE,-95.20,1190.00\n",
        ("price is negative",),
    ),
    LayoutFile(
        "ibkr_positions",
        '"ClientAccountID","CurrencyPrimary","AssetClass","Symbol","Description","ISIN","ReportDate","Quantity",'
        '"MarkPrice","PositionValue","CostBasisPrice"\n'
        f'"U0000001","USD","STK","AAPL","APPLE INC","{APPLE}","20221228","-10","126.04","-1260.4","140"\n'
        '"U0000002","USD","STK","MSFT","MICROSOFT","","20221228","5","234.53","1172.65","200"\n',
        (("AAPL", "-10"), ("MSFT", "5")),
        '"ClientAccountID","CurrencyPrimary","AssetClass","Symbol","Description","ISIN","ReportDate","Quantity",'
        '"MarkPrice","PositionValue","CostBasisPrice"\n'
        '"U0000001","USD","STK","AAPL","APPLE INC","US0378331006","20221228","-10","126.04","-1260.4","140"\n',
        ("its check digit should be 5",),
    ),
    LayoutFile(
        "ibkr_trades",
        '"ClientAccountID","CurrencyPrimary","Symbol","TradeDate","Buy/Sell","Quantity","TradePrice","IBCommission",'
        '"NetCash","TransactionID"\n'
        '"U0000001","USD","AAPL","20221201;103000","BUY","100","148","-1","-14801","1"\n'
        '"U0000001","USD","AAPL","20221220;113000","SELL","-40","132","-1","5279","2"\n',
        (("AAPL", "100"), ("AAPL", "-40")),
        '"ClientAccountID","CurrencyPrimary","Symbol","TradeDate","Buy/Sell","Quantity","TradePrice","IBCommission",'
        '"NetCash","TransactionID"\n"U0000001","USD","AAPL","","BUY","100","148","-1","-14801","1"\n',
        ("The date is empty",),
    ),
    LayoutFile(
        "schwab_positions",
        '"Positions for account Individual ...123 as of 12:33 PM ET, 2022/12/28","","","","","",""\n"","","","","","",""\n'
        '"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Security Type"\n'
        '"AAPL","APPLE INC","1,200","$126.04","$151,248.00","$100,000.00","Equity"\n'
        '"Cash & Cash Investments","--","--","--","$1,234.56","--","Cash and Money Market"\n'
        '"Account Total","--","--","--","$152,482.56","",""\n',
        (("AAPL", "1200"), ("cash", "1234.56")),
        '"Positions for account Individual ...123 as of 12:33 PM ET, 2022/12/28","","","","","",""\n'
        '"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Security Type"\n'
        '"AAPL","APPLE INC","1.2.00","$126.04","$151,248.00","$100,000.00","Equity"\n',
        ("does not fit the other numbers",),
    ),
    LayoutFile(
        "schwab_positions_older",
        '"Symbol","Description","Quantity","Price","Market Value","Cost Basis","Security Type"\n'
        '"VTI","VANGUARD TOTAL MARKET","10","$190.00","$1,900.00","$1,500.00","ETFs & Closed End Funds"\n',
        (("VTI", "10"),),
        '"Symbol","Description","Quantity","Price","Market Value","Cost Basis","Security Type"\n'
        '"VTI","VANGUARD TOTAL MARKET","--","$190.00","$1,900.00","$1,500.00","ETFs & Closed End Funds"\n',
        ("has no quantity",),
    ),
    LayoutFile(
        "schwab_transactions",
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
        '"12/20/2022","Sell","AAPL","APPLE INC","40","$132.30","$0.05","$5,291.95"\n'
        '"12/02/2022 as of 12/01/2022","Buy","AAPL","APPLE INC","100","$147.81","","-$14,781.00"\n'
        '"12/01/2022","MoneyLink Deposit","","Tfr BANK","","","","$20,000.00"\n'
        '"Transactions Total","","","","","","","$10,510.95"\n',
        (("AAPL", "-40"), ("AAPL", "100"), ("cash", "0")),
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
        '"12/20/2022","Sell","AAPL","APPLE INC","","$132.30","$0.05","$5,291.95"\n',
        ("The quantity is missing",),
    ),
    LayoutFile(
        "fidelity_positions",
        "\ufeffAccount Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Cost Basis Total,"
        "Average Cost Basis,Type\n"
        "X00000001,Individual,SPAXX**,HELD IN MONEY MARKET,,,$1500.00,,,Cash,\n"
        "X00000001,Individual,AAPL,APPLE INC,100,$126.04,$12604.00,$10000.00,$100.00,Cash,\n"
        "X00000001,Individual,Pending Activity,,,,$10.00,,,\n\n"
        '"Date downloaded Dec-28-2022 10:00 a.m ET"\n',
        (("cash", "1500.00"), ("AAPL", "100"), ("PENDING ACTIVITY", "")),
        "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Cost Basis Total,"
        "Average Cost Basis,Type\nX00000001,Individual,AAPL,APPLE INC,n.a.,$126.04,$12604.00,$1.00,$100.00,Cash,\n",
        ("“n.a.” is not a number",),
    ),
    LayoutFile(
        "fidelity_history",
        "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($),Settlement Date\n"
        "12/20/2022,YOU SOLD APPLE INC (AAPL) (Cash),AAPL,APPLE INC,Cash,-40,132.3,,0.05,5291.95,12/22/2022\n"
        "12/02/2022,YOU BOUGHT APPLE INC (AAPL) (Cash),AAPL,APPLE INC,Cash,100,147.81,,,-14781,12/06/2022\n",
        (("AAPL", "-40"), ("AAPL", "100")),
        "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($),Settlement Date\n"
        "12/20/2022,YOU SOLD APPLE INC (AAPL) (Cash),,,Cash,-40,132.3,,0.05,5291.95,12/22/2022\n",
        ("names no security",),
    ),
    LayoutFile(
        "vanguard_holdings",
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n"
        "00000001,VANGUARD TOTAL STOCK MARKET ETF,VTI,10.5,190,1995.00,\n\n"
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,"
        "Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type,\n"
        "00000001,12/02/2022,12/06/2022,Buy,Buy,VANGUARD TOTAL STOCK MARKET ETF,VTI,10.5,190,-1995,0,-1995,0,CASH,\n",
        (("VTI", "10.5"),),
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n00000001,FUND,VTI,x,190,1995.00,\n",
        ("“x” is not a number",),
    ),
    LayoutFile(
        "vanguard_transactions",
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,"
        "Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type,\n"
        "00000001,12/13/2022,12/15/2022,Buy,Buy,TOTAL STOCK ETF,VTI,10,190,-1900,0,-1900,0,CASH,\n"
        "00000001,12/14/2022,12/15/2022,Sweep in,Sweep,SETTLEMENT FUND,VMFXX,0,1,100,0,100,0,CASH,\n",
        (("VTI", "10"),),
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,"
        "Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type,\n"
        "00000001,13/13/2022,12/15/2022,Buy,Buy,TOTAL STOCK ETF,VTI,10,190,-1900,0,-1900,0,CASH,\n",
        ("does not exist",),
    ),
    LayoutFile(
        "vanguard_funds",
        "Fund Account Number,Fund Name,Price,Shares,Total Value,\n0000-00000001,500 INDEX FUND,350,2.5,875,\n",
        (("500 index fund", "2.5"),),
        "Fund Account Number,Fund Name,Price,Shares,Total Value,\n0000-00000001,,350,2.5,875,\n",
        ("names no security",),
    ),
    LayoutFile(
        "degiro_portfolio_en",
        'Product,Symbol/ISIN,Amount,Closing,Local value,,Value in EUR\nCASH & CASH FUND (EUR),,,,EUR,"100,50","100,50"\n'
        f'APPLE INC,{APPLE},10,"126,04",USD,"1260,40","1184,00"\n',
        (("cash", "100.50"), (APPLE, "10")),
        'Product,Symbol/ISIN,Amount,Closing,Local value,,Value in EUR\nAPPLE INC,,,"126,04",USD,"1260,40","1184,00"\n',
        ("has no quantity",),
    ),
    LayoutFile(
        "degiro_portfolio_nl",
        f'Product,Symbool/ISIN,Aantal,Slotkoers,Lokale waarde,,Waarde in EUR\nAPPLE,{APPLE},10,"126,04",USD,"1260,40","1,5"\n',
        ((APPLE, "10"),),
        'Product,Symbool/ISIN,Aantal,Slotkoers,Lokale waarde,,Waarde in EUR\nAPPLE,=1+1,10,"126,04",USD,"1260,40","1,5"\n',
        ("is not a symbol",),
    ),
    LayoutFile(
        "degiro_portfolio_de",
        f'Produkt,Symbol/ISIN,Anzahl,Schlußkurs,Wert in Lokaler Währung,,Wert in EUR\nAPPLE,{APPLE},10,"126,04",USD,"1260,40","1,5"\n',
        ((APPLE, "10"),),
        'Produkt,Symbol/ISIN,Anzahl,Schlußkurs,Wert in Lokaler Währung,,Wert in EUR\nAPPLE,,zehn,"126,04",USD,"1260,40","1,5"\n',
        ("“zehn” is not a number",),
    ),
    LayoutFile(
        "degiro_transactions_en",
        "Date,Time,Product,ISIN,Reference,Venue,Quantity,Price,,Local value,,Value,,Exchange rate,"
        "Transaction and/or third,,Total,,Order ID\n"
        f'03-04-2022,15:30,APPLE INC,{APPLE},NDQ,XNAS,10,"130,0300",USD,"-1300,30",USD,"-1222,52",EUR,"1,0636",'
        '"-2,00",EUR,"-1224,52",EUR,abc\n',
        ((APPLE, "10"),),
        "Date,Time,Product,ISIN,Reference,Venue,Quantity,Price,,Local value,,Value,,Exchange rate,"
        "Transaction and/or third,,Total,,Order ID\n"
        f'03-04-2022,15:30,APPLE INC,{APPLE},NDQ,XNAS,,"130,0300",USD,,,,,,,,"-1224,52",EUR,abc\n',
        ("does not say what was done",),
    ),
    LayoutFile(
        "degiro_transactions_nl",
        "Datum,Tijd,Product,ISIN,Beurs,Uitvoeringsplaats,Aantal,Koers,,Lokale waarde,,Waarde,,Wisselkoers,"
        "Transactiekosten en/of,,Totaal,,Order ID\n"
        f'28-12-2022,15:30,SAP,{SAP},XET,XETA,-10,"95,20",EUR,"952,00",EUR,"952,00",EUR,,"-2,00",EUR,"950,00",EUR,x\n',
        ((SAP, "-10"),),
        "Datum,Tijd,Product,ISIN,Beurs,Uitvoeringsplaats,Aantal,Koers,,Lokale waarde,,Waarde,,Wisselkoers,"
        "Transactiekosten en/of,,Totaal,,Order ID\n"
        f'28-12-22,15:30,SAP,{SAP},XET,XETA,-10,"95,20",EUR,"952,00",EUR,"952,00",EUR,,"-2,00",EUR,"950,00",EUR,x\n',
        ("year of two digits",),
    ),
    LayoutFile(
        "degiro_transactions_de",
        "Datum,Uhrzeit,Produkt,ISIN,Referenzbörse,Ausführungsort,Anzahl,Kurs,,Wert in Lokaler Währung,,Wert,,"
        "Wechselkurs,Transaktionsgebühren,,Gesamt,,Order-ID\n"
        f'28-12-2022,15:30,SAP,{SAP},XET,XETA,10,"95,20",EUR,"-952,00",EUR,"-952,00",EUR,,"-2,00",EUR,"-954,00",EUR,x\n',
        ((SAP, "10"),),
        "Datum,Uhrzeit,Produkt,ISIN,Referenzbörse,Ausführungsort,Anzahl,Kurs,,Wert in Lokaler Währung,,Wert,,"
        "Wechselkurs,Transaktionsgebühren,,Gesamt,,Order-ID\n"
        '28-12-2022,15:30,,,XET,XETA,10,"95,20",EUR,"-952,00",EUR,"-952,00",EUR,,"-2,00",EUR,"-954,00",EUR,x\n',
        ("names no security",),
    ),
    LayoutFile(
        "trading_212",
        "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Exchange rate,Result,"
        "Currency (Result),Total,Currency (Total),Notes,ID\n"
        "Deposit,2022-12-01 10:00:00,,,,,,,,,,1000.00,EUR,Bank Transfer,d1\n"
        f'Market buy,2022-12-02 15:00:00,{APPLE},AAPL,"Apple, Inc.",1.5,147.81,USD,1.0500,,,211.16,EUR,,b1\n'
        f'Dividend (Ordinary),2022-12-20 10:00:00,{APPLE},AAPL,"Apple, Inc.",1.5,0.23,USD,Not available,,,0.30,EUR,,\n',
        (("cash", "0"), ("AAPL", "1.5"), ("AAPL", "0")),
        "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Exchange rate,Result,"
        "Currency (Result),Total,Currency (Total),Notes,ID\n"
        f"Market buy,2023-12-02 15:00:00,{APPLE},AAPL,Apple,1.5,147.81,USD,1.05,,,211.16,EUR,,b1\n",
        ("lies in the future",),
    ),
)
"""Every layout."""
